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

/// AVX-512: an operation takes a mask at no cost.
constexpr bool has_mask_registers = HWY_TARGET <= HWY_AVX3;

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
