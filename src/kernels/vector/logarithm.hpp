#pragma once
// The natural logarithm and what follows from it. Included only by this folder's files.
#include "kernels/vector/exponential.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {

/// ln(u) + c for a positive normal u = 2ᵏ (1 + f) with √½ ≤ 1 + f < √2; `less` is taken off k.
/// With s = f / (2 + f), ln(1 + f) = 2 artanh s = f − f²/2 + s (f²/2 + s² R(s²)), R interpolating
/// (2 artanh s − 2s) / s³ at the Chebyshev nodes of s². The terms are added from the smallest on.
template <class T>
HWY_INLINE Vector<T> log_of_normal(Vector<T> u, Vector<T> less, Vector<T> c) {
  using Integer = hn::TFromD<typename Format<T>::IntegerTag>;
  const typename Format<T>::IntegerTag integers;
  const Tag<T> tag;
  const auto bits = hn::BitCast(integers, u);
  const auto root_half =
      hn::Set(integers, static_cast<Integer>(Format<T>::single ? 0x3f3504f3 : 0x3fe6a09e667f3bcd));
  const auto k = hn::ShiftRight<Format<T>::mantissa>(hn::Sub(bits, root_half));
  const Vector<T> f =
      hn::Sub(hn::BitCast(tag, hn::Sub(bits, hn::ShiftLeft<Format<T>::mantissa>(k))), constant<T>(1));
  const Vector<T> shift = constant<T>(Format<T>::shift);
  const Vector<T> shifted = hn::BitCast(tag, hn::Add(k, hn::BitCast(integers, shift)));
  const Vector<T> exponent = hn::Sub(hn::Sub(shifted, shift), less);

  const Vector<T> s = hn::Div(f, hn::Add(f, constant<T>(2))), z = hn::Mul(s, s);
  Vector<T> r;
  if constexpr (Format<T>::single)
    r = polynomial<T>(z, {0.233305819, 0.285508166, 0.400001219, 0.666666666});
  else
    r = polynomial<T>(z,
                      {0.146165854249341216, 0.153317106182064204, 0.181828894556751061, 0.222222111302598742,
                       0.285714286260032688, 0.399999999998994432, 0.666666666666666969});
  const Vector<T> half_square = hn::Mul(hn::Mul(f, f), constant<T>(0.5));
  const Vector<T> low = hn::MulAdd(exponent, constant<T>(ln2_low<T>), c);
  const Vector<T> small = hn::MulAdd(s, hn::MulAdd(z, r, half_square), low);
  return hn::MulAdd(exponent, constant<T>(ln2_high<T>), hn::Sub(f, hn::Sub(half_square, small)));
}

/// `result` where 0 < u < ∞; else ln(u) = −∞, ∞ or NaN.
template <class T>
HWY_INLINE Vector<T> with_ends(Vector<T> u, Vector<T> result) {
  using Limits = std::numeric_limits<T>;
  const Vector<T> zero = hn::Zero(Tag<T>()), infinity = constant<T>(double(Limits::infinity()));
  const auto positive = hn::Gt(u, zero);
  const Vector<T> nan_or_infinity = hn::IfThenElse(positive, u, constant<T>(double(Limits::quiet_NaN())));
  const Vector<T> end = hn::IfThenElse(hn::Eq(u, zero), hn::Neg(infinity), nan_or_infinity);
  return hn::IfThenElse(hn::And(positive, hn::Lt(u, infinity)), result, end);
}

/// ln(x): −∞ at 0, NaN below.
/// Error at most 1 ulp in float32, 1.5 in float64.
template <class T>
HWY_INLINE Vector<T> log(Vector<T> x) {
  constexpr bool single = Format<T>::single;
  const Vector<T> zero = hn::Zero(Tag<T>());
  const auto denormal = hn::Lt(x, constant<T>(double(std::numeric_limits<T>::min())));
  const Vector<T> scaled = hn::Mul(x, constant<T>(single ? 0x1p25 : 0x1p54));
  const Vector<T> less = hn::IfThenElseZero(denormal, constant<T>(single ? 25 : 54));
  return with_ends<T>(x, log_of_normal<T>(hn::IfThenElse(denormal, scaled, x), less, zero));
}

/// ln(1 + x). What the rounding of u = 1 + x took away comes back as the first term of ln(u + d) = ln u + d /
/// u + ….
/// Error at most 1 ulp in float32, 1.5 in float64.
template <class T>
HWY_INLINE Vector<T> log1p(Vector<T> x) {
  const Vector<T> one = constant<T>(1), u = hn::Add(one, x);
  const Vector<T> lost = hn::Div(hn::Sub(x, hn::Sub(u, one)), u);
  return hn::CopySign(with_ends<T>(u, log_of_normal<T>(u, hn::Zero(Tag<T>()), lost)), x);
}

/// ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|).
/// Error at most 2 ulp in float32, 2.5 in float64.
template <class T>
HWY_INLINE Vector<T> softplus(Vector<T> x) {
  const Vector<T> e = exp<T>(hn::Neg(hn::Abs(x)));
  return hn::Add(at_least<T>(x, 0), log1p<T>(e));
}

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
