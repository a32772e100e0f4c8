#pragma once
// A layer whose lanes are samples. Included only by narrow.cpp.
#include "kernels/narrow.hpp"
#include "kernels/vector/few_inputs.hpp"
#include "kernels/vector/vector.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {

/// Gives `work` the function f of a layer: of a sum and of the place in y that it goes to.
template <class T, class Work>
HWY_INLINE void with_finish(const NarrowDense<T>& layer, const Work& work) {
  const Tag<T> tag;
  if (layer.mask)
    work([&, mask = layer.mask, zero = hn::Zero(tag)](Vector<T> sum, std::size_t place) {
      return hn::IfThenElseZero(hn::Gt(hn::Load(tag, mask + place), zero), sum);
    });
  else  // in this order x86 gives NaN for a sum that is NaN
    work([least = hn::Set(tag, layer.least)](Vector<T> sum, std::size_t) { return hn::Max(least, sum); });
}

/// `Outputs` × `Vectors` sums at once, kept in registers while k runs.
template <class T, std::size_t Outputs, std::size_t Vectors>
HWY_INLINE void dense_block(const NarrowDense<T>& layer, std::size_t o, std::size_t at) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  Vector<T> sum[Outputs][Vectors];
#pragma GCC unroll 4
  for (std::size_t i = 0; i < Outputs; ++i)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v)
      sum[i][v] = layer.bias ? hn::Set(tag, layer.bias[o + i]) : hn::Zero(tag);
  const T* x = layer.x + at;
  const T* weights = layer.weights + static_cast<std::ptrdiff_t>(o) * layer.output_step;
  for (std::size_t k = 0; k < layer.inputs; ++k, x += layer.stride, weights += layer.input_step) {
#pragma GCC unroll 4
    for (std::size_t i = 0; i < Outputs; ++i) {
      const Vector<T> weight = hn::Set(tag, weights[static_cast<std::ptrdiff_t>(i) * layer.output_step]);
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors; ++v)
        sum[i][v] = hn::MulAdd(weight, hn::Load(tag, x + v * n), sum[i][v]);
    }
  }
  const std::size_t stride = layer.stride, first = o * stride + at;
  T* const y = layer.y;
  with_finish(layer, [&](const auto& finish) {
#pragma GCC unroll 4
    for (std::size_t i = 0; i < Outputs; ++i)
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors; ++v) {
        const std::size_t place = first + i * stride + v * n;
        hn::Store(finish(sum[i][v], place), tag, y + place);
      }
  });
}

/// With few inputs a sum is soon done: all vectors of one output, one after the other.
template <class T, std::size_t Inputs, class Finish>
HWY_INLINE void dense_few_row(const NarrowDense<T>& layer, std::size_t o, const Finish& finish) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  const T* const weights = layer.weights + static_cast<std::ptrdiff_t>(o) * layer.output_step;
  Vector<T> weight[Inputs];
#pragma GCC unroll 4
  for (std::size_t k = 0; k < Inputs; ++k)
    weight[k] = hn::Set(tag, weights[static_cast<std::ptrdiff_t>(k) * layer.input_step]);
  const Vector<T> bias = layer.bias ? hn::Set(tag, layer.bias[o]) : hn::Zero(tag);
  const T* const x = layer.x;
  T* const y = layer.y + o * layer.stride;
  const std::size_t stride = layer.stride, end = layer.vectors * n;
  for (std::size_t at = 0; at < end; at += n) {
    Vector<T> sum = bias;
#pragma GCC unroll 4
    for (std::size_t k = 0; k < Inputs; ++k)
      sum = hn::MulAdd(weight[k], hn::Load(tag, x + k * stride + at), sum);
    hn::Store(finish(sum, o * stride + at), tag, y + at);
  }
}

template <class T, std::size_t Inputs>
void dense_few(const NarrowDense<T>& layer) {
  with_finish(layer, [&](const auto& finish) {
    for (std::size_t o = 0; o < layer.outputs; ++o) dense_few_row<T, Inputs>(layer, o, finish);
  });
}

/// In blocks of so many sums as hide the time of one; the last may be smaller.
template <class T, std::size_t Outputs>
void dense_rows(const NarrowDense<T>& layer, std::size_t o) {
  constexpr std::size_t most = many_registers || Outputs < 4 ? 5 : 3;
  for (std::size_t v = 0; v < layer.vectors;) {
    const std::size_t block = layer.vectors - v < most ? layer.vectors - v : most, at = v * lanes<T>();
    v += block;
    if (block == 1)
      dense_block<T, Outputs, 1>(layer, o, at);
    else if (block == 2)
      dense_block<T, Outputs, 2>(layer, o, at);
    else if (block == 3)
      dense_block<T, Outputs, 3>(layer, o, at);
    else if constexpr (most > 3) {
      if (block == 4)
        dense_block<T, Outputs, 4>(layer, o, at);
      else
        dense_block<T, Outputs, 5>(layer, o, at);
    }
  }
}

template <class T>
void dense(const NarrowDense<T>& layer) {
  if (layer.inputs > 0 && layer.inputs <= few_inputs)
    return with_inputs(layer.inputs, [&](auto inputs) { dense_few<T, inputs>(layer); });
  std::size_t o = 0;
  for (; o + 4 <= layer.outputs; o += 4) dense_rows<T, 4>(layer, o);
  for (; o + 2 <= layer.outputs; o += 2) dense_rows<T, 2>(layer, o);
  if (o < layer.outputs) dense_rows<T, 1>(layer, o);
}

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
