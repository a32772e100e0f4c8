#pragma once
/// Every tolerance of the tests, and where it comes from. ε = 2⁻⁵² for float64. Nothing is loosened anywhere
/// else.
namespace tolerance {

/// The lesson's losses against NumPy's: both sum 200 terms, in other orders, over 5,000 steps that forget
/// errors; the difference was 1e-15 to 1e-14 when measured, and the lesson demands 1e-12.
constexpr double lesson_losses = 1e-12;
/// Two derivations of one gradient: a few roundings each.
constexpr double lesson_first_gradients = 1e-14;
/// The same after 5,000 steps.
constexpr double lesson_final_weights = 1e-12;

/// Central difference of fourth order, step 1e-3 · max(1, |x|): truncation h⁴/30 · f⁽⁵⁾ ≈ 3e-14 · f⁽⁵⁾,
/// rounding ε/h ≈ 2e-13 · f. Relative to max(1, |derivative|).
constexpr double first_derivative = 1e-9;
/// The same of a first derivative, itself exact to roundings.
constexpr double second_derivative = 1e-8;
/// Two ways to one float64 number (a strided input, one element alone, a gradient as the sum of local
/// derivatives): sums of up to some hundred terms in another order, ε/2 each.
constexpr double proof_rounding = 1e-13;
/// A gradient as the sum of its paths, relative to what they move without regard to sign: products of a dozen
/// factors, added up in another order than backpropagation's. The demand of the issue, some thousand ε.
constexpr double ledger = 1e-12;
/// Random graphs of up to eight smooth operations: as above, but f⁽⁵⁾ along a direction may reach 10⁴, whence
/// h⁴/30 · 10⁴ = 3e-10 and a margin; the design asks for 1e-7. Gradients once more.
constexpr double property_first = 1e-7;
constexpr double property_second = 1e-6;
/// Two orders of evaluation of one gradient over such a graph.
constexpr double property_rounding = 1e-11;
/// A formula that was printed with fourteen digits and read back, its steps below 10⁴: an error of 5e-15 in a
/// factor is multiplied by up to 10⁴ on its way.
constexpr double printed_formula = 1e-10;
/// A number that was printed with six digits: half a unit of the last one.
constexpr double printed_six_digits = 5e-6;
/// A central difference of second order with h = 1e-5 on losses near 1 (the lesson's own check).
constexpr double lesson_difference = 1e-9;

/// Twenty float64 steps of a small network, compiled and eager: sums in another order differ by some ε in
/// each step, and steps that learn carry an error on without enlarging it much.
constexpr double compiled_steps = 1e-12;
/// One float32 step against float64 from the same numbers: a dozen roundings of 2⁻²⁴ ≈ 6e-8 each, relative to
/// the largest number of a tensor; Adam divides by roots of small sums, which carries the gradient's relative
/// error (√n · 6e-8 for n = 50 samples, a few e-7) on to the weights by lr / largest weight.
constexpr double audited_float32 = 5e-6;

/// One step of the zoo's perceptrons, compiled and eager, from the same weights; losses and weights relative
/// to 1 or to their largest. There and back the numbers pass up to six sums of at most 257 terms below 1,
/// each wrong by about √257 · ε/2 in either order, 50 ε together; the rates are such that a weight's error is
/// at most that of its gradient. Measured: 1.4e-15 and 5.2e-7.
constexpr double zoo_float64 = 1.1e-14;
constexpr double zoo_float32 = 6e-6;

/// Up to 75 float32 steps (five epochs of 15) with rate 0.01 and momentum 0.9, which multiplies a step by up
/// to 10, each from a gradient that is wrong by `zoo_float32`: 75 · 0.01 · 10 · 6e-6. Measured: 1.2e-7.
constexpr double compiled_epochs_float32 = 4.5e-5;

/// Two orders of evaluation of one short float64 expression, relative.
constexpr double float64_rounding = 1e-14;
/// The same in float32: ε = 2⁻²³ ≈ 1.2e-7.
constexpr double float32_rounding = 5e-6;
/// 2 ulp of 1, the radius of the spirals: NumPy's AVX-512 sine and cosine differ from libm's in the last
/// bits.
constexpr double two_ulp = 4.5e-16;
/// One step of Adam in float32, relative: the documented bound of its estimates of 1/√v and 1/q (each 1.5 ·
/// 2⁻²⁸ from 2⁻¹⁴ by Newton's step) and some ten roundings.
constexpr double adam_update = 1e-6;

/// Scalar products of orthonormal vectors of up to 200 numbers, each of which went through up to 200
/// subtractions: some hundred ε.
constexpr double orthogonality = 1e-12;

/// Golden values of PyTorch, |a − b| ≤ bound · (|b| + max|b|). Float64 is the demand of the issue: some
/// thousand ε for two orders of evaluation of at most a few hundred terms.
constexpr double golden_float64 = 1e-12;
/// Ten steps of L-BFGS: the demand of the issue. A step divides differences of gradients by each other, which
/// lose digits as the minimum comes near, and the next ones carry that on.
constexpr double golden_lbfgs = 1e-8;
/// Float32 against float64 from the same float32 numbers: derivatives of second order are sums of a dozen
/// products, each of a dozen roundings of 2⁻²⁴ ≈ 6e-8: 12 · 12 · 6e-8, when all of them err to one side.
constexpr double golden_float32 = 9e-6;

/// The largest error of a kernel's function, in units in the last place of the true value. Each was measured
/// on all targets and rounded up: a last rounding of a half, one more of each division and of each product
/// that follows the exponential (float64 is seen on a sample only, whence its 0.5 more). Where e^x is a
/// denormal, what it is multiplied with is wrong by that many of the smallest denormals.
struct Ulps {
  const char* name;
  double float32, float64;
  double unit_of_denormals = 0;  // times |x|
};
constexpr Ulps vector_math[] = {
    {"exp", 1.1, 1.5},     {"expm1", 2.0, 2.5},   {"log", 1.0, 1.5},      {"log1p", 1.0, 1.5},
    {"tanh", 3.0, 3.0},    {"sigmoid", 3.0, 3.0}, {"softplus", 2.0, 2.5}, {"erf", 4.0, 4.0},
    {"silu", 4.0, 4.0, 1}, {"gelu", 6.0, 6.5, 1},
};

}  // namespace tolerance
