#pragma once
// Functions of vectors. Included only by this folder's files.
#include "kernels/vector/vector.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {

template <class T>
HWY_INLINE Vector<T> constant(double value) {
  return hn::Set(Tag<T>(), static_cast<T>(value));
}

/// c₀ xⁿ + c₁ xⁿ⁻¹ + …, by Horner's rule.
template <class T, std::size_t N>
HWY_INLINE Vector<T> polynomial(Vector<T> x, const double (&coefficients)[N]) {
  Vector<T> sum = constant<T>(coefficients[0]);
#pragma GCC unroll 16
  for (std::size_t i = 1; i < N; ++i) sum = hn::MulAdd(sum, x, constant<T>(coefficients[i]));
  return sum;
}

/// eˣ for x ≤ 0, held at the smallest normal power: x = k ln 2 + r with |r| ≤ ln 2 / 2, eˣ = 2ᵏ eʳ.
/// ln 2 is taken off in two parts, the first so short that its multiples are exact (Cody and Waite).
template <class T>
HWY_INLINE Vector<T> exp_of_negative(Vector<T> x) {
  const Tag<T> tag;
  const hn::RebindToSigned<Tag<T>> integers;
  constexpr bool single = sizeof(T) == 4;
  x = hn::Max(x, constant<T>(single ? -87 : -708));
  // Adding 1.5 · 2^(mantissa bits) leaves the nearest integer in the lowest bits.
  const Vector<T> shift = constant<T>(single ? 12582912.0 : 6755399441055744.0);
  const Vector<T> shifted = hn::MulAdd(x, constant<T>(1.4426950408889634), shift);
  const auto k = hn::Sub(hn::BitCast(integers, shifted), hn::BitCast(integers, shift));
  const Vector<T> whole = hn::Sub(shifted, shift);
  Vector<T> r = hn::NegMulAdd(whole, constant<T>(single ? 0.693359375 : 6.93145751953125e-1), x);
  r = hn::NegMulAdd(whole, constant<T>(single ? -2.12194440e-4 : 1.42860682030941723212e-6), r);
  Vector<T> power;
  if constexpr (single) {
    power = polynomial<T>(r, {1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1.0, 1.0});
  } else {
    power =
        polynomial<T>(r, {1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880,
                          1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1.0, 1.0});
  }
  return hn::BitCast(tag, hn::Add(hn::BitCast(integers, power), hn::ShiftLeft < single ? 23 : 52 > (k)));
}

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
