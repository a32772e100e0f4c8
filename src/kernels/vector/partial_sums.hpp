#pragma once
// Sums over samples as a few lanes each, and how these are added up. Included only by narrow.cpp and its
// headers.
#include "kernels/vector/vector.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {

/// Partial sums over samples lie in vectors of at most 256 bits: a wider one is folded while it is in a
/// register, and half as many numbers are stored, loaded and added up.
template <class T>
using SumTag = hn::CappedTag<T, 32 / sizeof(T)>;

template <class T>
constexpr std::size_t sum_lanes() {
  return hn::MaxLanes(SumTag<T>());
}

template <class T>
HWY_INLINE hn::Vec<SumTag<T>> folded(Vector<T> v) {
  if constexpr (sum_lanes<T>() < lanes<T>())
    return hn::Add(hn::LowerHalf(SumTag<T>(), v), hn::UpperHalf(SumTag<T>(), v));
  else
    return v;
}

/// Writes partial sums, or adds them to those that are there.
template <class T>
HWY_INLINE void put_sum(Vector<T> sum, T* to, bool accumulate) {
  const SumTag<T> tag;
  auto total = folded<T>(sum);
  if (accumulate) total = hn::Add(total, hn::Load(tag, to));
  hn::Store(total, tag, to);
}

/// In each block of 128 bits a₀+a₁, b₀+b₁, a₂+a₃, …
template <class T>
HWY_INLINE Vector<T> pair_sums(Vector<T> a, Vector<T> b) {
  return hn::Add(hn::OddEven(b, a), hn::Shuffle2301(hn::OddEven(a, b)));
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

/// As tree_sums(), from sums within blocks, where a vector is two blocks: the way from one to the other is
/// long, so it is gone last.
template <class T>
HWY_INLINE Vector<T> sums_of_two_blocks(Vector<T> a, Vector<T> b) {
  const Tag<T> tag;
  return hn::Add(hn::ConcatLowerLower(tag, b, a), hn::ConcatUpperUpper(tag, b, a));
}

/// The same where a vector of four blocks holds two sums, each of two blocks: lane l of blocks 2h and 2h + 1
/// of v[k] belongs to sum k · n / 2 + 2l + h.
template <class T>
HWY_INLINE Vector<T> sums_of_four_blocks(Vector<T> a, Vector<T> b) {
  constexpr std::size_t n = lanes<T>(), block = 16 / sizeof(T);
  using Index = hwy::MakeSigned<T>;
  struct Order {
    alignas(64) Index from[n];
  };
  static constexpr Order order = [] {
    Order made{};
    for (std::size_t i = 0; i < n; ++i)
      made.from[i] = static_cast<Index>((2 * (i % 2) + i / (n / 2)) * block + i / 2 % block);
    return made;
  }();
  const Vector<T> sums =  // blocks a₀+a₁, b₀+b₁, a₂+a₃, b₂+b₃
      hn::Add(hn::OddEvenBlocks(b, a), hn::SwapAdjacentBlocks(hn::OddEvenBlocks(a, b)));
  return hn::TableLookupLanes(sums, hn::SetTableIndices(Tag<T>(), order.from));
}

/// Lane i of the result is sum i of those that v holds one after the other, each of sum_lanes() numbers,
/// neighbours added first. Overwrites v, which has sum_lanes() vectors.
template <class T>
HWY_INLINE Vector<T> tree_sums(Vector<T>* v) {
  constexpr std::size_t bytes = lanes<T>() * sizeof(T);
  constexpr std::size_t halves = sum_lanes<T>() * sizeof(T) / 8;  // vectors that are left after pairs
  if constexpr (sizeof(T) == 4) {
#pragma GCC unroll 4
    for (std::size_t i = 0; i < halves; ++i) v[i] = pair_sums<T>(v[2 * i], v[2 * i + 1]);
  }
#pragma GCC unroll 2
  for (std::size_t i = 0; i < halves / 2; ++i) v[i] = half_block_sums<T>(v[2 * i], v[2 * i + 1]);
  if constexpr (bytes == 64)
    return sums_of_four_blocks<T>(v[0], v[1]);
  else if constexpr (bytes == 32)
    return sums_of_two_blocks<T>(v[0], v[1]);
  else
    return v[0];
}

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
