#pragma once
// What the kernels of one target share. Included only by this folder's files, which are compiled once for
// each target; everything in them lives in a namespace named after it, so that no two targets share a
// function.
#include <cstddef>

#include <hwy/highway.h>

namespace hindsight::kernels::HINDSIGHT_TARGET {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Tag = hn::ScalableTag<T>;
template <class T>
using Vector = hn::Vec<Tag<T>>;

template <class T>
constexpr std::size_t lanes() {
  return hn::MaxLanes(Tag<T>());
}

/// Whether the target computes with vectors of T at all (WASM knows no float64 arithmetic in Highway 1.0.3).
template <class T>
constexpr bool has_vectors = !(HWY_TARGET == HWY_WASM && sizeof(T) == 8);

/// AVX-512 and NEON have 32 vector registers, the others 16.
constexpr bool many_registers = HWY_TARGET <= HWY_AVX3 || HWY_TARGET == HWY_NEON;

/// The neighbours' sums: a₀+a₁, a₂+a₃, …, b₀+b₁, …
template <class T>
HWY_INLINE Vector<T> pair_sums(Vector<T> a, Vector<T> b) {
  const Tag<T> tag;
  return hn::Add(hn::ConcatEven(tag, b, a), hn::ConcatOdd(tag, b, a));
}

/// In each block of 128 bits, the lower half of a and that of b, plus their upper halves.
template <class T>
HWY_INLINE Vector<T> half_block_sums(Vector<T> a, Vector<T> b) {
  const Tag<T> tag;
  const Tag<double> halves;
  const auto x = hn::BitCast(halves, a), y = hn::BitCast(halves, b);
  return hn::Add(hn::BitCast(tag, hn::InterleaveLower(halves, x, y)),
                 hn::BitCast(tag, hn::InterleaveUpper(halves, x, y)));
}

/// As tree_sums(), where a vector is two blocks: the way from one to the other is long, so it is gone last.
template <class T>
HWY_INLINE Vector<T> tree_sums_of_two_blocks(Vector<T>* v) {
  const Tag<T> tag;
  if constexpr (sizeof(T) == 4) {
#pragma GCC unroll 4
    for (std::size_t i = 0; i < 4; ++i) {
      const Vector<T> a = v[2 * i], b = v[2 * i + 1];  // a₀+a₁, b₁+b₀, a₂+a₃, b₃+b₂, …
      v[i] = hn::Add(hn::OddEven(b, a), hn::Shuffle2301(hn::OddEven(a, b)));
    }
  }
  v[0] = half_block_sums<T>(v[0], v[1]);
  v[1] = half_block_sums<T>(v[2], v[3]);
  return hn::Add(hn::ConcatLowerLower(tag, v[1], v[0]), hn::ConcatUpperUpper(tag, v[1], v[0]));
}

/// Lane i of the result is the sum of the lanes of v[i], added as a tree. Overwrites v.
template <class T>
HWY_INLINE Vector<T> tree_sums(Vector<T>* v) {
  constexpr std::size_t n = lanes<T>();
  if constexpr (n * sizeof(T) == 32) {
    return tree_sums_of_two_blocks<T>(v);
  } else {
#pragma GCC unroll 8
    for (std::size_t half = n / 2; half >= 1; half /= 2)
#pragma GCC unroll 16
      for (std::size_t i = 0; i < half; ++i) v[i] = pair_sums<T>(v[2 * i], v[2 * i + 1]);
    return v[0];
  }
}

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
