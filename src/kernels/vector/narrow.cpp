#include "kernels/narrow.hpp"

#include "kernels/vector/math.hpp"

// Blocks copy what they read of a call in their loops: as far as the compiler knows, a store of numbers might
// change it.

namespace hindsight::kernels::HINDSIGHT_TARGET {
namespace {

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
  T* const y = layer.y + o * layer.stride + at;
  const auto finish = [&](const auto& value) {
#pragma GCC unroll 4
    for (std::size_t i = 0; i < Outputs; ++i)
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors; ++v) {
        const std::size_t place = i * layer.stride + v * n;
        hn::Store(value(sum[i][v], place), tag, y + place);
      }
  };
  const Vector<T> zero = hn::Zero(tag);
  if (layer.mask)
    finish([&, mask = layer.mask + (y - layer.y)](Vector<T> value, std::size_t place) {
      return hn::IfThenElseZero(hn::Gt(hn::Load(tag, mask + place), zero), value);
    });
  else if (layer.relu)  // in this order x86 gives NaN for a sum that is NaN
    finish([&](Vector<T> value, std::size_t) { return hn::Max(zero, value); });
  else
    finish([](Vector<T> value, std::size_t) { return value; });
}

/// In blocks of nearly equal size: a short last one would wait for its own sums.
template <class T, std::size_t Outputs>
void dense_rows(const NarrowDense<T>& layer, std::size_t o) {
  constexpr std::size_t most = many_registers || Outputs < 4 ? 5 : 3;  // sums fill most of the registers
  std::size_t blocks = (layer.vectors + most - 1) / most;
  for (std::size_t v = 0; v < layer.vectors; --blocks) {
    const std::size_t block = (layer.vectors - v + blocks - 1) / blocks, at = v * lanes<T>();
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
  std::size_t o = 0;
  for (; o + 4 <= layer.outputs; o += 4) dense_rows<T, 4>(layer, o);
  for (; o + 2 <= layer.outputs; o += 2) dense_rows<T, 2>(layer, o);
  if (o < layer.outputs) dense_rows<T, 1>(layer, o);
}

/// The products of `Outputs` rows of d with `Inputs` rows of x, over all samples.
template <class T, std::size_t Outputs, std::size_t Inputs>
void products_block(const NarrowProducts<T>& p, std::size_t o, std::size_t k) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  const auto sum_at = [&](std::size_t i, std::size_t j) { return p.sums + ((o + i) * p.inputs + k + j) * n; };
  Vector<T> sum[Outputs][Inputs];
#pragma GCC unroll 4
  for (std::size_t i = 0; i < Outputs; ++i)
#pragma GCC unroll 4
    for (std::size_t j = 0; j < Inputs; ++j)
      sum[i][j] = p.accumulate ? hn::Load(tag, sum_at(i, j)) : hn::Zero(tag);
  for (std::size_t at = 0; at < p.vectors * n; at += n) {
    Vector<T> x[Inputs];
#pragma GCC unroll 4
    for (std::size_t j = 0; j < Inputs; ++j) x[j] = hn::Load(tag, p.x + (k + j) * p.stride + at);
#pragma GCC unroll 4
    for (std::size_t i = 0; i < Outputs; ++i) {
      const Vector<T> d = hn::Load(tag, p.d + (o + i) * p.stride + at);
#pragma GCC unroll 4
      for (std::size_t j = 0; j < Inputs; ++j) sum[i][j] = hn::MulAdd(d, x[j], sum[i][j]);
    }
  }
#pragma GCC unroll 4
  for (std::size_t i = 0; i < Outputs; ++i)
#pragma GCC unroll 4
    for (std::size_t j = 0; j < Inputs; ++j) hn::Store(sum[i][j], tag, sum_at(i, j));
}

template <class T, std::size_t Outputs>
void products_rows(const NarrowProducts<T>& p, std::size_t o) {
  constexpr std::size_t most = many_registers ? 4 : 3;
  std::size_t k = 0;
  for (std::size_t blocks = (p.inputs + most - 1) / most; blocks > 0; --blocks) {
    const std::size_t block = (p.inputs - k + blocks - 1) / blocks;
    if (block == 1)
      products_block<T, Outputs, 1>(p, o, k);
    else if (block == 2)
      products_block<T, Outputs, 2>(p, o, k);
    else if (block == 3)
      products_block<T, Outputs, 3>(p, o, k);
    else if constexpr (most > 3)
      products_block<T, Outputs, 4>(p, o, k);
    k += block;
  }
}

/// Several rows at once, for each sum waits for itself.
template <class T, std::size_t Rows>
HWY_INLINE void row_sums(const NarrowProducts<T>& p, std::size_t o) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  Vector<T> sum[Rows];
#pragma GCC unroll 4
  for (std::size_t i = 0; i < Rows; ++i)
    sum[i] = p.accumulate ? hn::Load(tag, p.bias_sums + (o + i) * n) : hn::Zero(tag);
  for (std::size_t at = 0; at < p.vectors * n; at += n) {
#pragma GCC unroll 4
    for (std::size_t i = 0; i < Rows; ++i)
      sum[i] = hn::Add(sum[i], hn::Load(tag, p.d + (o + i) * p.stride + at));
  }
#pragma GCC unroll 4
  for (std::size_t i = 0; i < Rows; ++i) hn::Store(sum[i], tag, p.bias_sums + (o + i) * n);
}

template <class T, std::size_t Outputs>
HWY_INLINE void rows_of(const NarrowProducts<T>& p, std::size_t o) {
  if (p.bias_sums) row_sums<T, Outputs>(p, o);
  products_rows<T, Outputs>(p, o);
}

template <class T>
void products(const NarrowProducts<T>& p) {
  std::size_t o = 0;
  for (; o + 4 <= p.outputs; o += 4) rows_of<T, 4>(p, o);
  for (; o + 2 <= p.outputs; o += 2) rows_of<T, 2>(p, o);
  if (o < p.outputs) rows_of<T, 1>(p, o);
}

/// The pieces of ln ∏ (1 + eᵢ) = Σ ln(1 + eᵢ), of which one logarithm is taken: p holds ∏ (1 + eᵢ) − 1, so
/// that small eᵢ are not lost.
template <class T>
double logarithm(Vector<T> p) {
  alignas(64) T lane[lanes<T>()];
  hn::Store(p, Tag<T>(), lane);
  double product = 0;
  for (const T value : lane) product += double(value) + product * double(value);
  return __builtin_log1p(product);
}

template <class T>
HWY_INLINE void residual_at(const LogisticResidual<T>& r, std::size_t at, hn::Mask<Tag<T>> counts,
                            Vector<T>& linear, Vector<T>& product) {
  const Tag<T> tag;
  const Vector<T> zero = hn::Zero(tag), one = constant<T>(1);
  const Vector<T> z = hn::Load(tag, r.z + at), t = hn::Load(tag, r.t + at);
  const auto positive = hn::Gt(z, zero);
  const Vector<T> e = exp_of_negative<T>(hn::Neg(hn::Abs(z)));
  const Vector<T> q = hn::Div(one, hn::Add(one, e));
  const Vector<T> sigma = hn::IfThenElse(positive, q, hn::Mul(e, q));
  const Vector<T> d = hn::Mul(hn::Sub(sigma, t), hn::Set(tag, r.scale));
  hn::Store(hn::IfThenElseZero(counts, d), tag, r.d + at);
  linear = hn::Add(linear, hn::IfThenElseZero(counts, hn::NegMulAdd(z, t, hn::Max(zero, z))));
  const Vector<T> counted = hn::IfThenElseZero(counts, e);
  product = hn::Add(product, hn::MulAdd(product, counted, counted));
}

template <class T>
double logistic_residual(const LogisticResidual<T>& r) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  constexpr std::size_t restart = 32;  // 2^(32 · 16) is still a float64
  Vector<T> linear = hn::Zero(tag), product = hn::Zero(tag);
  const auto all = hn::FirstN(tag, n);
  double loss = 0;
  for (std::size_t v = 0; v < r.vectors; ++v) {
    const std::size_t at = v * n;
    if (at + n <= r.samples)
      residual_at<T>(r, at, all, linear, product);
    else
      residual_at<T>(r, at, hn::FirstN(tag, r.samples > at ? r.samples - at : 0), linear, product);
    if (v % restart == restart - 1) {
      loss += logarithm<T>(product);
      product = hn::Zero(tag);
    }
  }
  alignas(64) T lane[n];
  hn::Store(linear, tag, lane);
  for (const T value : lane) loss += double(value);
  return loss + logarithm<T>(product);
}

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
  constexpr std::size_t n = lanes<T>(), block = many_registers ? 13 : 5;
  std::size_t v = 0;
  for (; v + block <= net.vectors; v += block) hidden_block<T, Inputs, block, 1>(net, v * n);
  for (; v + 4 <= net.vectors; v += 4) hidden_block<T, Inputs, 4, 1>(net, v * n);
  for (; v < net.vectors; ++v) hidden_block<T, Inputs, 1, 4>(net, v * n);
}

template <class T>
void hidden(const NarrowHidden<T>& net) {
  switch (net.inputs) {
    case 1:
      return hidden_rows<T, 1>(net);
    case 2:
      return hidden_rows<T, 2>(net);
    case 3:
      return hidden_rows<T, 3>(net);
    default:
      return hidden_rows<T, 4>(net);
  }
}

/// Adds x in the lanes where `where` holds.
template <class T>
HWY_INLINE Vector<T> add_where(hn::Mask<Tag<T>> where, Vector<T> sum, Vector<T> x) {
  if constexpr (HWY_TARGET <= HWY_AVX3)
    return hn::IfThenElse(where, hn::Add(sum, x), sum);  // one masked instruction
  else
    return hn::Add(sum, hn::IfThenElseZero(where, x));
}

template <class T, std::size_t Inputs, std::size_t Units>
HWY_INLINE void hidden_products_block(const NarrowHiddenProducts<T>& p, std::size_t h) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  Vector<T> unit[Units], hidden_sum[Units], input[Units][Inputs];
#pragma GCC unroll 4
  for (std::size_t u = 0; u < Units; ++u) {
    const auto start = [&](const T* sums, std::size_t i) {
      return p.accumulate ? hn::Load(tag, sums + i * n) : hn::Zero(tag);
    };
    unit[u] = start(p.unit_sums, h + u);
    hidden_sum[u] = start(p.hidden_sums, h + u);
#pragma GCC unroll 4
    for (std::size_t k = 0; k < Inputs; ++k) input[u][k] = start(p.input_sums, (h + u) * Inputs + k);
  }
  for (std::size_t at = 0; at < p.vectors * n; at += n) {
    const Vector<T> d = hn::Load(tag, p.d + at);
    Vector<T> product[Inputs];
#pragma GCC unroll 4
    for (std::size_t k = 0; k < Inputs; ++k) product[k] = hn::Load(tag, p.products + k * p.stride + at);
#pragma GCC unroll 4
    for (std::size_t u = 0; u < Units; ++u) {
      const Vector<T> a = hn::Load(tag, p.hidden + (h + u) * p.stride + at);
      const auto active = hn::Gt(a, hn::Zero(tag));
      hidden_sum[u] = hn::MulAdd(a, d, hidden_sum[u]);
      unit[u] = add_where<T>(active, unit[u], d);
#pragma GCC unroll 4
      for (std::size_t k = 0; k < Inputs; ++k) input[u][k] = add_where<T>(active, input[u][k], product[k]);
    }
  }
#pragma GCC unroll 4
  for (std::size_t u = 0; u < Units; ++u) {
    hn::Store(unit[u], tag, p.unit_sums + (h + u) * n);
    hn::Store(hidden_sum[u], tag, p.hidden_sums + (h + u) * n);
#pragma GCC unroll 4
    for (std::size_t k = 0; k < Inputs; ++k)
      hn::Store(input[u][k], tag, p.input_sums + ((h + u) * Inputs + k) * n);
  }
}

template <class T, std::size_t Inputs>
void hidden_products_of(const NarrowHiddenProducts<T>& p) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  for (std::size_t k = 0; k < Inputs; ++k)
    for (std::size_t at = 0; at < p.vectors * n; at += n)
      hn::Store(hn::Mul(hn::Load(tag, p.d + at), hn::Load(tag, p.x + k * p.stride + at)), tag,
                p.products + k * p.stride + at);
  constexpr std::size_t pair = Inputs <= (many_registers ? 3 : 2) ? 2 : 1;
  std::size_t h = 0;
  for (; h + pair <= p.units; h += pair) hidden_products_block<T, Inputs, pair>(p, h);
  for (; h < p.units; ++h) hidden_products_block<T, Inputs, 1>(p, h);
}

template <class T>
void hidden_products(const NarrowHiddenProducts<T>& p) {
  switch (p.inputs) {
    case 1:
      return hidden_products_of<T, 1>(p);
    case 2:
      return hidden_products_of<T, 2>(p);
    case 3:
      return hidden_products_of<T, 3>(p);
    default:
      return hidden_products_of<T, 4>(p);
  }
}

template <class T>
void lane_sums(const T* vectors, std::size_t count, T* out) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  for (std::size_t i = 0; i < count; i += n) {
    Vector<T> group[n];
#pragma GCC unroll 16
    for (std::size_t j = 0; j < n; ++j)
      group[j] = i + j < count ? hn::Load(tag, vectors + (i + j) * n) : hn::Zero(tag);
    hn::Store(tree_sums<T>(group), tag, out + i);
  }
}

template <class T>
constexpr NarrowKernels<T> kernels_of() {
  return {lanes<T>(), dense<T>,           products<T>, logistic_residual<T>,
          hidden<T>,  hidden_products<T>, lane_sums<T>};
}

}  // namespace

extern const NarrowKernels<float> narrow_float;
constinit const NarrowKernels<float> narrow_float = kernels_of<float>();
#if HWY_TARGET != HWY_WASM
extern const NarrowKernels<double> narrow_double;
constinit const NarrowKernels<double> narrow_double = kernels_of<double>();
#endif

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
