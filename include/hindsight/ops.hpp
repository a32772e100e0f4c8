#pragma once
#include <limits>
#include <optional>
#include <string_view>

#include <hindsight/ops/networks.hpp>
#include <hindsight/ops/reductions.hpp>
#include <hindsight/ops/shape.hpp>
#include <hindsight/tensor.hpp>

/// The operations, as functions of tensors. Names, arguments and conventions at kinks are PyTorch's
/// (torch.NAME). Inputs broadcast and promote as in PyTorch, except that float32 with float64 is a
/// DTypeError.
namespace hindsight {

Tensor operator+(const Tensor& a, const Tensor& b);
Tensor operator-(const Tensor& a, const Tensor& b);
Tensor operator*(const Tensor& a, const Tensor& b);
Tensor operator/(const Tensor& a, const Tensor& b);
Tensor operator-(const Tensor& x);
inline Tensor neg(const Tensor& x) { return -x; }
Tensor pow(const Tensor& base, const Tensor& exponent);
/// A number meets a tensor in the tensor's own dtype (float32 when that is an integer or bool), as in
/// PyTorch.
Tensor operator+(const Tensor& a, double b);
Tensor operator+(double a, const Tensor& b);
Tensor operator-(const Tensor& a, double b);
Tensor operator-(double a, const Tensor& b);
Tensor operator*(const Tensor& a, double b);
Tensor operator*(double a, const Tensor& b);
Tensor operator/(const Tensor& a, double b);
Tensor operator/(double a, const Tensor& b);
Tensor pow(const Tensor& base, double exponent);
Tensor pow(double base, const Tensor& exponent);

/// a + alpha · b and a − alpha · b. (torch.add, torch.sub) Throws DTypeError for an alpha that is no whole
/// number where a and b have none but those.
Tensor add(const Tensor& a, const Tensor& b, double alpha = 1);
Tensor add(const Tensor& a, double b, double alpha = 1);
Tensor sub(const Tensor& a, const Tensor& b, double alpha = 1);
Tensor sub(const Tensor& a, double b, double alpha = 1);
inline Tensor mul(const Tensor& a, const Tensor& b) { return a * b; }
inline Tensor mul(const Tensor& a, double b) { return a * b; }
/// a / b; or, with the rounding_mode "trunc" or "floor", the whole number towards 0 or below, which has no
/// slope and of integers is one, as in C++ and in Python. Throws ValueError for another mode, and for an
/// integer divided by 0.
Tensor div(const Tensor& a, const Tensor& b, std::string_view rounding_mode = "");
Tensor div(const Tensor& a, double b, std::string_view rounding_mode = "");
/// div(a, b, "floor"). Of floats it is exact, where floor(a / b) may be 1 too large: 1 ÷ 0.1 gives 9.
Tensor floor_divide(const Tensor& a, const Tensor& b);

/// Comparisons give bool tensors; they have no gradient.
Tensor operator>(const Tensor& a, const Tensor& b);
Tensor operator>=(const Tensor& a, const Tensor& b);
Tensor operator<(const Tensor& a, const Tensor& b);
Tensor operator<=(const Tensor& a, const Tensor& b);
Tensor operator==(const Tensor& a, const Tensor& b);
Tensor operator!=(const Tensor& a, const Tensor& b);
Tensor operator>(const Tensor& a, double b);
Tensor operator>=(const Tensor& a, double b);
Tensor operator<(const Tensor& a, double b);
Tensor operator<=(const Tensor& a, double b);
Tensor operator==(const Tensor& a, double b);
Tensor operator!=(const Tensor& a, double b);
inline Tensor gt(const Tensor& a, const Tensor& b) { return a > b; }
inline Tensor ge(const Tensor& a, const Tensor& b) { return a >= b; }
inline Tensor lt(const Tensor& a, const Tensor& b) { return a < b; }
inline Tensor le(const Tensor& a, const Tensor& b) { return a <= b; }
inline Tensor eq(const Tensor& a, const Tensor& b) { return a == b; }
inline Tensor ne(const Tensor& a, const Tensor& b) { return a != b; }
inline Tensor gt(const Tensor& a, double b) { return a > b; }
inline Tensor ge(const Tensor& a, double b) { return a >= b; }
inline Tensor lt(const Tensor& a, double b) { return a < b; }
inline Tensor le(const Tensor& a, double b) { return a <= b; }
inline Tensor eq(const Tensor& a, double b) { return a == b; }
inline Tensor ne(const Tensor& a, double b) { return a != b; }

Tensor exp(const Tensor& x);
Tensor log(const Tensor& x);
Tensor sqrt(const Tensor& x);
/// |x|; the derivative at 0 is 0.
Tensor abs(const Tensor& x);
/// −1, 0 or 1; its gradient is zero.
Tensor sign(const Tensor& x);
Tensor sin(const Tensor& x);
Tensor cos(const Tensor& x);
Tensor tan(const Tensor& x);
Tensor tanh(const Tensor& x);
/// 1 / (1 + e^−x)
Tensor sigmoid(const Tensor& x);
/// max(0, x); the derivative at 0 is 0.
Tensor relu(const Tensor& x);
/// 1 where x > 0, else 0: the derivative of relu. Its own gradient is zero.
Tensor step(const Tensor& x);
/// `cotangent` where relu's `result` is positive, else 0, also where the cotangent is infinite.
Tensor relu_gradient(const Tensor& cotangent, const Tensor& result);
/// x where it is positive, else negative_slope · x; the derivative at 0 is the slope.
Tensor leaky_relu(const Tensor& x, double negative_slope = 0.01);
/// log(1 + e^x) without overflow.
Tensor softplus(const Tensor& x);
/// The error function, 2/√π · ∫₀ˣ e^(−t²) dt.
Tensor erf(const Tensor& x);
/// x · Φ(x) with the normal distribution function Φ, by erf and not by tanh.
Tensor gelu(const Tensor& x);
/// x · sigmoid(x), also called swish.
Tensor silu(const Tensor& x);
/// The larger of both; ties share the gradient equally.
Tensor maximum(const Tensor& a, const Tensor& b);
Tensor minimum(const Tensor& a, const Tensor& b);
inline Tensor max(const Tensor& a, const Tensor& b) { return maximum(a, b); }
inline Tensor min(const Tensor& a, const Tensor& b) { return minimum(a, b); }
/// `a` where the bool `condition` holds, else `b`.
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);
Tensor where(const Tensor& condition, const Tensor& a, double b);
Tensor where(const Tensor& condition, double a, const Tensor& b);
/// −(t·log p + (1 − t)·log(1 − p)) for each element, the logarithms held at −100 as torch.nn.BCELoss does.
Tensor binary_cross_entropy(const Tensor& probability, const Tensor& target);

/// The matrix product by PyTorch's rules: of the last two axes, the others broadcast; a tensor with one axis
/// is a row on the left and a column on the right, and that axis is gone afterwards. Throws ShapeError, and
/// DTypeError unless both are of one floating dtype.
Tensor matmul(const Tensor& a, const Tensor& b);
/// The product of each matrix of [b, m, k] with that of [b, k, n].
Tensor bmm(const Tensor& a, const Tensor& b);
/// Σ aᵢbᵢ of two tensors with one axis, of equal length.
Tensor dot(const Tensor& a, const Tensor& b);
/// aᵢbⱼ of two tensors with one axis.
Tensor outer(const Tensor& a, const Tensor& b);
/// input · weightᵀ + bias, weight stored out × in as in torch.nn.functional.linear; `bias` may be undefined.
Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& bias = {});

/// Shares that add up to 1 along an axis, and their logarithms. With a dtype x is converted first; DTypeError
/// unless that is float32 or float64.
Tensor softmax(const Tensor& x, std::int64_t axis);
Tensor softmax(const Tensor& x, std::int64_t axis, DType dtype);
Tensor log_softmax(const Tensor& x, std::int64_t axis);
Tensor log_softmax(const Tensor& x, std::int64_t axis, DType dtype);
/// In training x times a dropout_mask whose seed is drawn from the default generator at each call; else x. A
/// compiled step would repeat that seed, and so refuses it: nn::Dropout is for those. Throws ValueError when
/// p is no probability.
Tensor dropout(const Tensor& x, double p = 0.5, bool training = true);
/// 0 with probability p, else 1/(1 − p), for each element of `shape`: Philox4x32-10 with the key and the high
/// half of the counter from int64 [2], (seed, step). It has no gradient. Throws ValueError when p is no
/// probability.
Tensor dropout_mask(const Tensor& seed_and_step, const Shape& shape, double p, DType dtype = float32);

// Elementwise: more functions, roundings, activations, logic.

/// x · x
Tensor square(const Tensor& x);
/// 1 / √x and 1 / x
Tensor rsqrt(const Tensor& x);
Tensor reciprocal(const Tensor& x);
/// e^x − 1 and log(1 + x) without cancellation near 0.
Tensor expm1(const Tensor& x);
Tensor log1p(const Tensor& x);
Tensor asin(const Tensor& x);
Tensor acos(const Tensor& x);
Tensor atan(const Tensor& x);
Tensor sinh(const Tensor& x);
Tensor cosh(const Tensor& x);
/// 1 − erf(x), exact where erf is nearly 1.
Tensor erfc(const Tensor& x);

/// The next whole number below, above, or nearest (halves to the even one). Their gradient is zero.
Tensor floor(const Tensor& x);
Tensor ceil(const Tensor& x);
Tensor round(const Tensor& x);
/// The nearest multiple of 10^−decimals, which may be negative: round(x, 2), round(x, -3).
Tensor round(const Tensor& x, std::int64_t decimals);
/// x held between `min` and `max`, either of which may be left out: clamp(x, 0), clamp(x, {}, 1). The slope
/// at the edges is 1, and no cotangent passes outside, not even an infinite one. Where min > max the result
/// is max. Throws ValueError when both are left out.
Tensor clamp(const Tensor& x, std::optional<double> min, std::optional<double> max = {});
/// The same with bounds that broadcast, and that get the gradient of what they hold; an undefined one is left
/// out.
Tensor clamp(const Tensor& x, const Tensor& min, const Tensor& max = {});
Tensor clamp_min(const Tensor& x, const Tensor& min);
Tensor clamp_min(const Tensor& x, double min);
Tensor clamp_max(const Tensor& x, const Tensor& max);
Tensor clamp_max(const Tensor& x, double max);

/// x held between both; the slope at the edges is 0 (unlike clamp's). Where min_val > max_val the result is
/// max_val (nn::Hardtanh refuses that).
Tensor hardtanh(const Tensor& x, double min_val = -1, double max_val = 1);
/// hardtanh from 0 to 6.
Tensor relu6(const Tensor& x);
/// x where it is positive, else weight · x, with the slope `weight` at 0. `weight` has one element, or one
/// for each index of the input's axis 1; ShapeError otherwise.
Tensor prelu(const Tensor& x, const Tensor& weight);
/// x where it is positive, else alpha · (e^x − 1); the slope at 0 is alpha.
Tensor elu(const Tensor& x, double alpha = 1);
/// 1.0507… · elu(x, 1.6732…), which keeps mean 0 and variance 1 (Klambauer and others, 2017).
Tensor selu(const Tensor& x);
/// x · Φ(x): approximate "none" by erf, "tanh" as x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))). ValueError for
/// any other.
Tensor gelu(const Tensor& x, std::string_view approximate);
/// x · tanh(softplus(x)) (Misra, 2019)
Tensor mish(const Tensor& x);
/// log(sigmoid(x)), exact for every x.
Tensor logsigmoid(const Tensor& x);
/// log(1 + e^(beta x)) / beta, and x itself where beta x > threshold. PyTorch's default threshold is 20; here
/// there is none, since the curve is exact everywhere. Throws ValueError when beta is 0.
Tensor softplus(const Tensor& x, double beta, double threshold = std::numeric_limits<double>::infinity());

/// Logic takes every dtype (what is not 0 is true, NaN too), gives bool and has no gradient.
Tensor logical_and(const Tensor& a, const Tensor& b);
Tensor logical_or(const Tensor& a, const Tensor& b);
Tensor logical_xor(const Tensor& a, const Tensor& b);
Tensor logical_not(const Tensor& x);
Tensor isnan(const Tensor& x);
Tensor isinf(const Tensor& x);
Tensor isfinite(const Tensor& x);

}  // namespace hindsight
