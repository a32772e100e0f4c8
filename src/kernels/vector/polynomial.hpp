#pragma once
// What the functions of vectors are made of. Included only by this folder's files.
#include <limits>

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
#pragma GCC unroll 24
  for (std::size_t i = 1; i < N; ++i) sum = hn::MulAdd(sum, x, constant<T>(coefficients[i]));
  return sum;
}

// In this order of their inputs hn::Max and hn::Min give NaN for an x that is NaN, on x86 and in WASM.
template <class T>
HWY_INLINE Vector<T> at_least(Vector<T> x, double low) {
  return hn::Max(constant<T>(low), x);
}
template <class T>
HWY_INLINE Vector<T> at_most(Vector<T> x, double high) {
  return hn::Min(constant<T>(high), x);
}

/// How T is stored: its integer, the bits of its mantissa, and 1.5 · 2^mantissa, to which a small integer can
/// be added so that it stands in the lowest bits.
template <class T>
struct Format {
  static constexpr bool single = sizeof(T) == 4;
  static constexpr int mantissa = single ? 23 : 52;
  static constexpr int bias = single ? 127 : 1023;
  static constexpr double shift = single ? 12582912.0 : 6755399441055744.0;
  using IntegerTag = hn::RebindToSigned<Tag<T>>;
  using Integers = hn::Vec<IntegerTag>;
};

/// 2ᵏ, for k of normal numbers.
template <class T>
HWY_INLINE Vector<T> power_of_two(typename Format<T>::Integers k) {
  const typename Format<T>::IntegerTag integers;
  const auto biased = hn::Add(k, hn::Set(integers, Format<T>::bias));
  return hn::BitCast(Tag<T>(), hn::ShiftLeft<Format<T>::mantissa>(biased));
}

/// ln 2 in two parts, the first so short that its multiples by exponents are exact (Cody and Waite).
template <class T>
constexpr double ln2_high = Format<T>::single ? 0.693359375 : 6.93145751953125e-1;
template <class T>
constexpr double ln2_low = Format<T>::single ? -2.12194440e-4 : 1.42860682030941723212e-6;

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
