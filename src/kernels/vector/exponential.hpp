#pragma once
// e^x and what follows from it. Included only by this folder's files.
// Largest errors: docs/accuracy.md.
#include "kernels/vector/polynomial.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {

/// x + tail = k ln 2 + r with |r| ≤ ln 2 / 2.
template <class T>
struct Reduced {
  Vector<T> r;
  typename Format<T>::Integers k;
};

template <class T>
HWY_INLINE Reduced<T> reduced(Vector<T> x, Vector<T> tail) {
  const typename Format<T>::IntegerTag integers;
  const Vector<T> shift = constant<T>(Format<T>::shift);
  const Vector<T> shifted = hn::MulAdd(hn::Add(x, tail), constant<T>(1.4426950408889634), shift);
  const Vector<T> whole = hn::Sub(shifted, shift);
  const Vector<T> high = hn::NegMulAdd(whole, constant<T>(ln2_high<T>), x);
  return {hn::Add(hn::NegMulAdd(whole, constant<T>(ln2_low<T>), high), tail),
          hn::Sub(hn::BitCast(integers, shifted), hn::BitCast(integers, shift))};
}

/// The tail of an x that is exact. Added to a number, −0 leaves it as it is, so that no addition is compiled.
template <class T>
HWY_INLINE Vector<T> no_tail() {
  return constant<T>(-0.0);
}

/// e^r − 1 = r + r² P(r), P interpolating (e^r − 1 − r) / r² at the Chebyshev nodes of |r| ≤ ln 2 / 2.
template <class T>
HWY_INLINE Vector<T> expm1_of_small(Vector<T> r) {
  Vector<T> p;
  if constexpr (Format<T>::single)
    p = polynomial<T>(r, {1.39261836e-3, 8.36317905e-3, 4.16665546e-2, 0.16666577, 0.5});
  else
    p = polynomial<T>(
        r, {2.51003854955103191e-8, 2.76200884454097482e-7, 2.75572684599970648e-6, 2.48015212959543751e-5,
            1.98412698630536169e-4, 1.38888889172137169e-3, 8.33333333333006183e-3, 4.16666666666241279e-2,
            0.166666666666666675, 0.500000000000000102});
  return hn::MulAdd(hn::Mul(r, r), p, r);
}

/// e^(x + tail) for a tail that is small beside x: where x is a rounded number and the tail what was rounded
/// away. Overflows to infinity and goes to 0 through the denormals. At most 1.1 ulp (float32), 1.1 ulp
/// (float64).
template <class T>
HWY_INLINE Vector<T> exp_of_sum(Vector<T> x, Vector<T> tail) {
  constexpr bool single = Format<T>::single;
  const Reduced<T> at = reduced<T>(at_most<T>(at_least<T>(x, single ? -104 : -746), single ? 89 : 710), tail);
  // 2ᵏ in two factors: it may be no normal number where the product is one.
  const auto half = hn::ShiftRight<1>(at.k);
  const Vector<T> power = hn::Add(expm1_of_small<T>(at.r), constant<T>(1));
  return hn::Mul(hn::Mul(power, power_of_two<T>(half)), power_of_two<T>(hn::Sub(at.k, half)));
}

/// Error at most 1.1 ulp in float32, 1.5 in float64.
template <class T>
HWY_INLINE Vector<T> exp(Vector<T> x) {
  return exp_of_sum<T>(x, no_tail<T>());
}

/// A whole number below which e^x is no normal number.
template <class T>
constexpr double least_exponent = Format<T>::single ? -87 : -708;

/// e^x for x ≤ 0, held at the smallest normal power: the quicker way where denormals do not count.
template <class T>
HWY_INLINE Vector<T> exp_of_negative(Vector<T> x) {
  const Reduced<T> at = reduced<T>(at_least<T>(x, least_exponent<T>), no_tail<T>());
  return hn::Mul(hn::Add(expm1_of_small<T>(at.r), constant<T>(1)), power_of_two<T>(at.k));
}

/// e^x for x ≤ 0, zero where it is no normal number: −∞ gives 0, and NaN gives NaN.
template <class T>
HWY_INLINE Vector<T> exp_or_zero(Vector<T> x) {
  const auto is_low = hn::Lt(x, constant<T>(least_exponent<T>));
  return hn::IfThenZeroElse(is_low, exp_of_negative<T>(x));
}

/// e^x − 1 = 2ᵏ (e^r − 1) + (2ᵏ − 1).
/// Error at most 2 ulp in float32, 2.5 in float64.
template <class T>
HWY_INLINE Vector<T> expm1(Vector<T> x) {
  constexpr bool single = Format<T>::single;
  const typename Format<T>::IntegerTag integers;
  const Reduced<T> at =
      reduced<T>(at_most<T>(at_least<T>(x, single ? -18 : -38), single ? 89 : 710), no_tail<T>());
  // Half of everything, since 2ᵏ may be too large where the difference is not.
  const Vector<T> half_power = power_of_two<T>(hn::Sub(at.k, hn::Set(integers, 1)));
  const Vector<T> small = expm1_of_small<T>(at.r);
  const Vector<T> half = hn::MulAdd(small, half_power, hn::Sub(half_power, constant<T>(0.5)));
  const auto is_small = hn::Eq(half_power, constant<T>(0.5));
  return hn::CopySign(hn::IfThenElse(is_small, small, hn::Add(half, half)), x);
}

/// tanh |x| = −t / (2 + t) with t = e^(−2|x|) − 1.
/// Error at most 3 ulp.
template <class T>
HWY_INLINE Vector<T> tanh(Vector<T> x) {
  const Vector<T> t = expm1<T>(hn::Mul(hn::Abs(x), constant<T>(-2)));
  return hn::CopySign(hn::Div(t, hn::Add(t, constant<T>(2))), x);
}

/// 1 / (1 + e^−x), and e^x / (1 + e^x) below 0; from e^−|x|, so that neither side overflows or cancels.
/// Error at most 3 ulp.
template <class T>
HWY_INLINE Vector<T> sigmoid(Vector<T> x) {
  const Vector<T> e = exp<T>(hn::Neg(hn::Abs(x))), one = constant<T>(1);
  return hn::Div(hn::IfThenElse(hn::Gt(x, hn::Zero(Tag<T>())), one, e), hn::Add(one, e));
}

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
