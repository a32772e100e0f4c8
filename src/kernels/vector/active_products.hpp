#pragma once
// The sums over samples on the way back through relu units that end in one output. Included only by
// narrow.cpp.
#include "kernels/narrow.hpp"
#include "kernels/vector/few_inputs.hpp"
#include "kernels/vector/partial_sums.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {

/// `Count` inputs of a layer from `first` on; the sums of the units themselves go with the first ones.
template <std::size_t Count, bool WithUnits>
struct InputBlock {
  static constexpr std::size_t count = Count;
  static constexpr bool with_units = WithUnits;
  /// With mask registers so many sums take multiply-adds, and the others an addition of a product that all
  /// units share: Zen 4 adds on other ports than it multiplies and compares on.
  static constexpr std::size_t fused = !has_mask_registers ? Count : WithUnits ? Count / 2 : (Count - 1) / 2;
  std::size_t first = 0;
};

/// Adds Σ d over the samples in which a unit is active, Σ d a, and Σ d x[k] over those in which it is active.
template <class T, std::size_t Units, class Inputs>
HWY_INLINE void add_active(const ActiveProducts<T>& p, std::size_t h, Inputs inputs, Vector<T> (&unit)[Units],
                           Vector<T> (&with_hidden)[Units], Vector<T> (&input)[Units][Inputs::count]) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>(), count = Inputs::count;
  const std::size_t stride = p.stride, end = p.vectors * n;
  const T *const all_d = p.d, *const x = p.x + inputs.first * stride, *const hidden = p.hidden + h * stride;
  for (std::size_t at = 0; at < end; at += n) {
    const Vector<T> d = hn::Load(tag, all_d + at);
    Vector<T> factor[count];
#pragma GCC unroll 4
    for (std::size_t k = 0; k < count; ++k) {
      factor[k] = hn::Load(tag, x + k * stride + at);
      if (k >= Inputs::fused) factor[k] = hn::Mul(d, factor[k]);
    }
#pragma GCC unroll 4
    for (std::size_t u = 0; u < Units; ++u) {
      const Vector<T> a = hn::Load(tag, hidden + u * stride + at);
      const auto active = hn::Gt(a, hn::Zero(tag));
      const Vector<T> delta = has_mask_registers ? d : hn::IfThenElseZero(active, d);
      const auto replace = [&](Vector<T>& sum, Vector<T> larger) {  // without masks, δ keeps it as it is
        sum = has_mask_registers ? hn::IfThenElse(active, larger, sum) : larger;
      };
      if constexpr (Inputs::with_units) {
        with_hidden[u] = hn::MulAdd(a, d, with_hidden[u]);
        replace(unit[u], hn::Add(unit[u], delta));
      }
#pragma GCC unroll 4
      for (std::size_t k = 0; k < count; ++k)
        replace(input[u][k], k < Inputs::fused ? hn::MulAdd(delta, factor[k], input[u][k])
                                               : hn::Add(input[u][k], factor[k]));
    }
  }
}

template <class T, std::size_t Units, class Inputs>
HWY_INLINE void active_block(const ActiveProducts<T>& p, std::size_t h, Inputs inputs) {
  constexpr std::size_t n = sum_lanes<T>(), count = Inputs::count;
  Vector<T> unit[Units], with_hidden[Units], input[Units][count];
#pragma GCC unroll 4
  for (std::size_t u = 0; u < Units; ++u) {
    unit[u] = with_hidden[u] = hn::Zero(Tag<T>());
#pragma GCC unroll 4
    for (std::size_t k = 0; k < count; ++k) input[u][k] = hn::Zero(Tag<T>());
  }
  add_active<T>(p, h, inputs, unit, with_hidden, input);
  const bool accumulate = p.accumulate;
#pragma GCC unroll 4
  for (std::size_t u = 0; u < Units; ++u) {
    const Vector<T> out = hn::Set(Tag<T>(), p.out[h + u]);
    if constexpr (Inputs::with_units) {
      put_sum<T>(hn::Mul(out, unit[u]), p.unit_sums + (h + u) * n, accumulate);
      put_sum<T>(with_hidden[u], p.hidden_sums + (h + u) * n, accumulate);
    }
    T* const to = p.input_sums + ((h + u) * p.inputs + inputs.first) * n;
#pragma GCC unroll 4
    for (std::size_t k = 0; k < count; ++k) put_sum<T>(hn::Mul(out, input[u][k]), to + k * n, accumulate);
  }
}

/// In blocks whose sums fill most of the registers, and the rest one by one.
template <class T, class Inputs>
void active_rows(const ActiveProducts<T>& p, Inputs inputs) {
  constexpr std::size_t most = many_registers || Inputs::count == 1 ? 4 : Inputs::count == 2 ? 3 : 2;
  std::size_t h = 0;
  for (; h + most <= p.units; h += most) active_block<T, most>(p, h, inputs);
  for (; h < p.units; ++h) active_block<T, 1>(p, h, inputs);
}

template <class T>
void active_products(const ActiveProducts<T>& p) {
  with_inputs(p.inputs, [&](auto count) { active_rows<T>(p, InputBlock<count, true>()); });
  if constexpr (has_mask_registers)
    for (std::size_t k = few_inputs; k < p.inputs; k += few_inputs)
      with_inputs(p.inputs - k, [&](auto count) { active_rows<T>(p, InputBlock<count, false>{k}); });
}

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
