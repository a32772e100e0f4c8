#pragma once
// Two layers at once, a hidden one of few inputs and one output. Included only by narrow.cpp.
#include <algorithm>

#include "kernels/narrow.hpp"
#include "kernels/vector/few_inputs.hpp"
#include "kernels/vector/vector.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {

/// `Chains` sums of the output at once, one after the other over the units: where there are few vectors, a
/// single one would wait for itself.
template <class T, std::size_t Inputs, std::size_t Vectors, std::size_t Chains>
HWY_INLINE void hidden_block(const NarrowHidden<T>& net, std::size_t at) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  const std::size_t units = net.units, stride = net.stride;
  const T *const x = net.x + at, *const b1 = net.b1, *const w2 = net.w2, *w1 = net.w1;
  T* hidden = net.hidden + at;
  Vector<T> z[Chains][Vectors];
#pragma GCC unroll 16
  for (std::size_t v = 0; v < Vectors; ++v) {
    z[0][v] = hn::Set(tag, *net.b2);
#pragma GCC unroll 4
    for (std::size_t c = 1; c < Chains; ++c) z[c][v] = hn::Zero(tag);
  }
  const auto add_unit = [&](std::size_t h, Vector<T>(&sums)[Vectors]) {
    const Vector<T> bias = hn::Set(tag, b1[h]), out = hn::Set(tag, w2[h]);
    Vector<T> weight[Inputs];
#pragma GCC unroll 4
    for (std::size_t k = 0; k < Inputs; ++k) weight[k] = hn::Set(tag, w1[k]);
#pragma GCC unroll 16
    for (std::size_t v = 0; v < Vectors; ++v) {
      Vector<T> sum = bias;
#pragma GCC unroll 4
      for (std::size_t k = 0; k < Inputs; ++k)
        sum = hn::MulAdd(hn::Load(tag, x + k * stride + v * n), weight[k], sum);
      sum = hn::Max(hn::Zero(tag), sum);
      hn::Store(sum, tag, hidden + v * n);
      sums[v] = hn::MulAdd(sum, out, sums[v]);
    }
    hidden += stride;
    w1 += Inputs;
  };
  std::size_t h = 0;
  for (; h + Chains <= units; h += Chains) {
#pragma GCC unroll 4
    for (std::size_t c = 0; c < Chains; ++c) add_unit(h + c, z[c]);
  }
  if constexpr (Chains > 1)
    for (; h < units; ++h) add_unit(h, z[0]);
#pragma GCC unroll 16
  for (std::size_t v = 0; v < Vectors; ++v) {
#pragma GCC unroll 4
    for (std::size_t c = 1; c < Chains; ++c) z[0][v] = hn::Add(z[0][v], z[c][v]);
    hn::Store(z[0][v], tag, net.z + at + v * n);
  }
}

template <class T, std::size_t Inputs>
void hidden_rows(const NarrowHidden<T>& net) {
  constexpr std::size_t n = lanes<T>(), block = many_registers ? 8 : 5;
  std::size_t v = 0;
  for (; v + block <= net.vectors; v += block) hidden_block<T, Inputs, block, 1>(net, v * n);
  if constexpr (many_registers)
    for (; v + 4 <= net.vectors; v += 4) hidden_block<T, Inputs, 4, 1>(net, v * n);
  for (; v < net.vectors; ++v) hidden_block<T, Inputs, 1, 4>(net, v * n);
}

template <class T>
void hidden(const NarrowHidden<T>& net) {
  with_inputs(net.inputs, [&](auto inputs) { hidden_rows<T, inputs>(net); });
}

template <class T>
void hidden_of_one(const HiddenOfOne<T>& net) {
  const Tag<T> tag;
  Vector<T> sums = hn::Load(tag, net.b2);  // in the first lane, and zeros
  for (std::size_t h = 0; h < net.units; h += lanes<T>()) {
    Vector<T> unit = hn::Load(tag, net.b1 + h);
    const T* w1 = net.w1 + h;
    for (std::size_t k = 0; k < net.inputs; ++k, w1 += net.w1_stride)
      unit = hn::MulAdd(hn::Load(tag, w1), hn::Set(tag, net.x[k * net.stride]), unit);
    // An infinite input makes NaN of the zeros behind the last unit.
    const auto exists = hn::FirstN(tag, std::min(net.units - h, lanes<T>()));
    const Vector<T> active = hn::IfThenElseZero(exists, hn::Max(hn::Zero(tag), unit));
    sums = hn::MulAdd(active, hn::Load(tag, net.w2 + h), sums);
  }
  hn::Store(hn::SumOfLanes(tag, sums), tag, net.z);
}

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
