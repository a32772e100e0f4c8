#include "kernels/narrow.hpp"

#include <limits>

#include "kernels/vector/active_dense.hpp"
#include "kernels/vector/active_products.hpp"
#include "kernels/vector/math.hpp"
#include "kernels/vector/narrow_dense.hpp"
#include "kernels/vector/narrow_hidden.hpp"
#include "kernels/vector/partial_sums.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {
namespace {

/// The products of `Outputs` rows of d with `Inputs` rows of x, over all samples.
template <class T, std::size_t Outputs, std::size_t Inputs>
void products_block(const NarrowProducts<T>& p, std::size_t o, std::size_t k) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  Vector<T> sum[Outputs][Inputs];
#pragma GCC unroll 4
  for (std::size_t i = 0; i < Outputs; ++i)
#pragma GCC unroll 4
    for (std::size_t j = 0; j < Inputs; ++j) sum[i][j] = hn::Zero(tag);
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
  const bool accumulate = p.accumulate;
#pragma GCC unroll 4
  for (std::size_t i = 0; i < Outputs; ++i)
#pragma GCC unroll 4
    for (std::size_t j = 0; j < Inputs; ++j)
      put_sum<T>(sum[i][j], p.sums + ((o + i) * p.inputs + k + j) * sum_lanes<T>(), accumulate);
}

template <class T, std::size_t Outputs>
void products_rows(const NarrowProducts<T>& p, std::size_t o) {
  constexpr std::size_t most = many_registers ? 4 : 3;
  std::size_t k = 0;
  while (k < p.inputs) {
    const std::size_t block = p.inputs - k < most ? p.inputs - k : most;
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
  for (std::size_t i = 0; i < Rows; ++i) sum[i] = hn::Zero(tag);
  for (std::size_t at = 0; at < p.vectors * n; at += n) {
#pragma GCC unroll 4
    for (std::size_t i = 0; i < Rows; ++i)
      sum[i] = hn::Add(sum[i], hn::Load(tag, p.d + (o + i) * p.stride + at));
  }
  const bool accumulate = p.accumulate;
#pragma GCC unroll 4
  for (std::size_t i = 0; i < Rows; ++i)
    put_sum<T>(sum[i], p.bias_sums + (o + i) * sum_lanes<T>(), accumulate);
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
HWY_NOINLINE double logarithm(Vector<T> p) {
  constexpr std::size_t chains = 4;  // one alone would wait for itself in every lane
  alignas(64) T lane[lanes<T>() < chains ? chains : lanes<T>()] = {};
  hn::Store(p, Tag<T>(), lane);
  double product[chains] = {};
  const auto times = [](double a, double b) { return a + b + a * b; };  // (1 + a)(1 + b) − 1
  for (std::size_t i = 0; i < std::size(lane); ++i)
    product[i % chains] = times(product[i % chains], double(lane[i]));
  return __builtin_log1p(times(times(product[0], product[1]), times(product[2], product[3])));
}

template <class T>
struct LogisticVectors {
  Vector<T> linear, product, residual;
};

/// Adds to the sums what the samples of one vector give; `counted(v)` is v, but zero in lanes without a
/// sample.
template <class T, class Counted>
HWY_INLINE void residual_at(const LogisticResidual<T>& r, std::size_t at, const Counted& counted,
                            LogisticVectors<T>& sums) {
  const Tag<T> tag;
  const Vector<T> zero = hn::Zero(tag), one = constant<T>(1);
  const Vector<T> z = hn::Load(tag, r.z + at), t = hn::Load(tag, r.t + at);
  const Vector<T> e = exp_of_negative<T>(hn::Or(z, hn::SignBit(tag)));
  const Vector<T> sigma = hn::Div(hn::IfThenElse(hn::Gt(z, zero), one, e), hn::Add(one, e));
  const Vector<T> d = counted(hn::Mul(hn::Sub(sigma, t), hn::Set(tag, r.scale)));
  hn::Store(d, tag, r.d + at);
  sums.residual = hn::Add(sums.residual, d);
  sums.linear = hn::Add(sums.linear, counted(hn::NegMulAdd(z, t, hn::Max(zero, z))));
  const Vector<T> factor = counted(e);
  sums.product = hn::Add(sums.product, hn::MulAdd(sums.product, factor, factor));
}

template <class T>
double sum_of(Vector<T> v) {
  alignas(64) T lane[lanes<T>()];
  hn::Store(v, Tag<T>(), lane);
  double sum = 0;
  for (const T value : lane) sum += double(value);
  return sum;
}

template <class T>
LogisticSums logistic_residual(const LogisticResidual<T>& call) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  constexpr std::size_t restart = 32;  // 2^(32 · 16) is still a float64
  const LogisticResidual<T> r = call;  // see kernels/narrow.hpp
  LogisticVectors<T> sums{hn::Zero(tag), hn::Zero(tag), hn::Zero(tag)};
  double loss = 0;
  const auto restart_after = [&](std::size_t v) {
    if (v % restart == 0) {
      loss += logarithm<T>(sums.product);
      sums.product = hn::Zero(tag);
    }
  };
  const std::size_t full = r.samples / n;
  std::size_t v = 0;
  while (v < full) {
    residual_at<T>(
        r, v * n, [](Vector<T> value) { return value; }, sums);
    restart_after(++v);
  }
  while (v < r.vectors) {
    const auto counts = hn::FirstN(tag, r.samples > v * n ? r.samples - v * n : 0);
    residual_at<T>(
        r, v * n, [&](Vector<T> value) { return hn::IfThenElseZero(counts, value); }, sums);
    restart_after(++v);
  }
  return {loss + sum_of<T>(sums.linear) + logarithm<T>(sums.product), sum_of<T>(sums.residual)};
}

template <class T>
void lane_sums(const T* sums, std::size_t count, T* out) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>(), vectors = sum_lanes<T>();
  for (std::size_t i = 0; i < count; i += n, sums += vectors * n) {
    Vector<T> group[vectors];
    if (i + n <= count) {
#pragma GCC unroll 8
      for (std::size_t j = 0; j < vectors; ++j) group[j] = hn::Load(tag, sums + j * n);
    } else {
      const std::size_t numbers = (count - i) * sum_lanes<T>();
      for (std::size_t j = 0; j < vectors; ++j) {
        const std::size_t rest = numbers > j * n ? numbers - j * n : 0;
        group[j] = rest >= n  ? hn::Load(tag, sums + j * n)
                   : rest > 0 ? hn::MaskedLoad(hn::FirstN(tag, rest), tag, sums + j * n)
                              : hn::Zero(tag);
      }
    }
    hn::Store(tree_sums<T>(group), tag, out + i);
  }
}

template <class T>
constexpr auto active_dense_or_null() -> void (*)(const ActiveDense<T>&) {
  if constexpr (has_mask_registers)
    return active_dense<T>;
  else
    return nullptr;
}

template <class T>
constexpr NarrowKernels<T> kernels_of() {
  return {.lanes = lanes<T>(),
          .sum_lanes = sum_lanes<T>(),
          .most_active_inputs = has_mask_registers ? std::numeric_limits<std::size_t>::max() : few_inputs,
          .dense = dense<T>,
          .products = products<T>,
          .logistic_residual = logistic_residual<T>,
          .hidden = hidden<T>,
          .hidden_of_one = hidden_of_one<T>,
          .active_products = active_products<T>,
          .active_dense = active_dense_or_null<T>(),
          .lane_sums = lane_sums<T>};
}

}  // namespace

extern const NarrowKernels<float> narrow_float;
constinit const NarrowKernels<float> narrow_float = kernels_of<float>();
#if HWY_TARGET != HWY_WASM
extern const NarrowKernels<double> narrow_double;
constinit const NarrowKernels<double> narrow_double = kernels_of<double>();
#endif

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
