#pragma once
// The error function and the normal distribution. Included only by this folder's files.
#include "kernels/vector/exponential.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {

/// erf(x) for |x| ≤ ½: x P(x²), P interpolating erf(x) / x at the Chebyshev nodes of x².
template <class T>
HWY_INLINE Vector<T> erf_of_small(Vector<T> x) {
  const Vector<T> z = hn::Mul(x, x);
  if constexpr (Format<T>::single)
    return hn::Mul(x,
                   polynomial<T>(z, {4.71889189e-3, -2.67576492e-2, 0.112828303, -0.37612609, 1.12837917}));
  else
    return hn::Mul(x,
                   polynomial<T>(z, {1.47252112522601226e-6, -1.48457878904210205e-5, 1.20533327959668341e-4,
                                     -8.54829770790689663e-4, 5.22397737252599621e-3, -2.68661706328590011e-2,
                                     0.112837916709252709, -0.376126389031834727, 1.12837916709551257}));
}

/// e^(a²) erfc(a) for a ≥ ½, held where e^−a² has gone to 0: q P(u) with q = 1 / (a + 3) and u = αq − β,
/// which runs from −1 to 1; P interpolates at the Chebyshev nodes of u.
template <class T>
HWY_INLINE Vector<T> scaled_erfc(Vector<T> a) {
  const Vector<T> q =
      hn::Div(constant<T>(1), hn::Add(at_most<T>(a, Format<T>::single ? 10.3 : 28), constant<T>(3)));
  if constexpr (Format<T>::single) {
    const Vector<T> u = hn::MulSub(q, constant<T>(9.55208333333333333), constant<T>(1.72916666666666667));
    return hn::Mul(
        q, polynomial<T>(u, {4.78582998e-6, -5.75587281e-6, -1.27967377e-4, -1.94178619e-4, 2.51383652e-3,
                             2.03747318e-2, 8.76403683e-2, 0.266703376, 0.62330939, 1.15469762}));
  } else {
    const Vector<T> u = hn::MulSub(q, constant<T>(7.92452830188679245), constant<T>(1.26415094339622642));
    return hn::Mul(
        q, polynomial<T>(u, {-3.36392417568157585e-11, -1.23378684979124273e-10, 5.75898885214042239e-10,
                             1.37618906368375388e-9,   -6.55102236496591532e-9,  -9.95133500070850461e-9,
                             6.72648276805422224e-8,   7.8176907312795137e-8,    -6.9640911589325174e-7,
                             -9.75701864593255434e-7,  7.40950529745866954e-6,   1.86374616140175005e-5,
                             -6.97474909956727833e-5,  -4.03505639332888605e-4,  -6.25748285550793368e-5,
                             6.72429625698872336e-3,   3.73832946523292912e-2,   0.126077155336726428,
                             0.316217277559672557,     0.631818305288791777,     1.03720719794923677}));
  }
}

/// e^(−scale · x²), scale a power of two. With h the upper half of the digits of x, h² is exact and
/// x² = h² + (x − h)(x + h).
template <class T>
HWY_INLINE Vector<T> exp_of_minus_square(Vector<T> x, double scale) {
  using Integer = hn::TFromD<typename Format<T>::IntegerTag>;
  const typename Format<T>::IntegerTag integers;
  const Vector<T> a = at_most<T>(hn::Abs(x), Format<T>::single ? 16 : 40);
  const auto upper =
      hn::Set(integers, static_cast<Integer>(-(std::int64_t{1} << (Format<T>::single ? 12 : 27))));
  const Vector<T> h = hn::BitCast(Tag<T>(), hn::And(hn::BitCast(integers, a), upper));
  const Vector<T> minus = constant<T>(-scale);
  return exp_of_sum<T>(hn::Mul(hn::Mul(h, h), minus), hn::Mul(hn::Mul(hn::Sub(a, h), hn::Add(a, h)), minus));
}

/// Error at most 4 ulp.
template <class T>
HWY_INLINE Vector<T> erf(Vector<T> x) {
  const Vector<T> a = hn::Abs(x);
  const Vector<T> large = hn::NegMulAdd(exp_of_minus_square<T>(x, 1), scaled_erfc<T>(a), constant<T>(1));
  return hn::IfThenElse(hn::Lt(a, constant<T>(0.5)), erf_of_small<T>(x), hn::CopySign(large, x));
}

/// Φ(x) = ½ erfc(−x/√2), the standard normal distribution, given e^(−x²/2). Below 0 it does not cancel.
template <class T>
HWY_INLINE Vector<T> normal_distribution(Vector<T> x, Vector<T> exp_of_minus_half_square) {
  const Vector<T> half = constant<T>(0.5), scaled = hn::Mul(x, constant<T>(0.70710678118654752)),
                  a = hn::Abs(scaled);
  const Vector<T> tail = hn::Mul(hn::Mul(exp_of_minus_half_square, half), scaled_erfc<T>(a));
  const Vector<T> large = hn::IfThenElse(hn::Lt(x, hn::Zero(Tag<T>())), tail, hn::Sub(constant<T>(1), tail));
  return hn::IfThenElse(hn::Lt(a, half), hn::MulAdd(erf_of_small<T>(scaled), half, half), large);
}

/// x Φ(x), Gaussian error linear unit (torch.nn.functional.gelu with approximate='none').
/// Error at most 6 ulp in float32, 6.5 in float64, by |x| smallest denormals more where e^(−x²/2) is
/// denormal.
template <class T>
HWY_INLINE Vector<T> gelu(Vector<T> x) {
  return hn::Mul(x, normal_distribution<T>(x, exp_of_minus_square<T>(x, 0.5)));
}

/// Φ(x) + x φ(x), with the density φ(x) = e^(−x²/2) / √(2π).
template <class T>
HWY_INLINE Vector<T> gelu_slope(Vector<T> x) {
  const Vector<T> e = exp_of_minus_square<T>(x, 0.5);
  return hn::MulAdd(hn::Mul(x, constant<T>(0.39894228040143268)), e, normal_distribution<T>(x, e));
}

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
