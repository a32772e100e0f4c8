#include "kernels/vector/panels.hpp"
#include "kernels/vector/update.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {
namespace {

/// Rows of w that a register block holds, with two vectors each; A's columns are read side by side, so that
/// they must lie in one panel of it.
constexpr std::size_t usual_rows(std::size_t width) {
  constexpr std::size_t most = many_registers ? 8 : 4;
  return width < most ? width : most;
}

/// sum[r] = Σ over the batch of a[r] · d, `Rows` rows of `Vectors` vectors.
template <class T, std::size_t Rows, std::size_t Vectors>
HWY_INLINE void add_products(const T* a, std::size_t a_step, const T* d, std::size_t step, std::size_t batch,
                             Vector<T> (&sum)[Rows][Vectors]) {
  const Tag<T> tag;
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 2
    for (std::size_t v = 0; v < Vectors; ++v) sum[r][v] = hn::Zero(tag);
  for (std::size_t left = batch; left > 0; --left, a += a_step, d += step) {
    Vector<T> delta[Vectors];
#pragma GCC unroll 2
    for (std::size_t v = 0; v < Vectors; ++v) delta[v] = hn::Load(tag, d + v * lanes<T>());
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      const Vector<T> x = hn::Set(tag, a[r]);
#pragma GCC unroll 2
      for (std::size_t v = 0; v < Vectors; ++v) sum[r][v] = hn::MulAdd(x, delta[v], sum[r][v]);
    }
  }
}

/// Rows [i, i + Rows) of panel j.
template <class T, std::size_t Rows, std::size_t Vectors, class R>
HWY_INLINE void block(const PanelGradient<T>& x, const R& rule, std::size_t j, std::size_t i) {
  constexpr std::size_t n = lanes<T>();
  const std::size_t step = Vectors == 2 ? 2 * n : x.w.width;
  const std::size_t at = j * x.w.stride + i * step;
  T *w = x.w.data + at, *m = R::moments ? x.m + at : nullptr, *v = R::moments ? x.v + at : nullptr;
  for (std::size_t e = 0; e < Rows * step; e += n) {
    if (R::reads) __builtin_prefetch(w + e, 1);
    if (R::moments) {
      __builtin_prefetch(m + e, 1);
      __builtin_prefetch(v + e, 1);
    }
  }
  Vector<T> sum[Rows][Vectors];
  add_products(x.a.panel(i / x.a.width) + i % x.a.width, x.a.width, x.d.panel(j), step, x.d.rows, sum);
#pragma GCC unroll 8
  for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 2
    for (std::size_t c = 0; c < Vectors; ++c) {
      const std::size_t e = r * step + c * n;
      rule(sum[r][c], w + e, R::moments ? m + e : nullptr, R::moments ? v + e : nullptr);
    }
}

/// Rows [first, last) of panel j, where A's panels are `Width` wide.
template <class T, std::size_t Width, std::size_t Vectors, class R>
void panel(const PanelGradient<T>& x, const R& rule, std::size_t j, std::size_t first, std::size_t last) {
  constexpr std::size_t rows = usual_rows(Width);
  for (std::size_t i = first; i < last; i += rows) {
    // 16 = 6 + 6 + the usual 4: twelve sums hide more of the time of one than eight do.
    if constexpr (rows == 4 && Width == 16 && Vectors == 2)
      for (; i < last && i % Width < 12; i += 6) block<T, 6, 2>(x, rule, j, i);
    if (i < last) block<T, rows, Vectors>(x, rule, j, i);
  }
}

}  // namespace

template <class T>
void gradient(const PanelGradient<T>& x, std::size_t j, std::size_t first, std::size_t last) {
  constexpr std::size_t narrow = lanes<T>(), wide = 2 * lanes<T>();
  const bool two = used_vectors(x.w, j) == 2, is_wide = x.a.width > lanes<T>();
  with_rule<T>(x.update, [&](const auto& rule) {
    if (is_wide)
      two ? panel<T, wide, 2>(x, rule, j, first, last) : panel<T, wide, 1>(x, rule, j, first, last);
    else
      two ? panel<T, narrow, 2>(x, rule, j, first, last) : panel<T, narrow, 1>(x, rule, j, first, last);
  });
}

template <class T>
void update(const Update& how, const T* g, T* w, T* m, T* v, std::size_t n) {
  const Tag<T> tag;
  constexpr std::size_t lane = lanes<T>();
  with_rule<T>(how, [&](const auto& rule) {
    const bool moments = rule.moments;
    std::size_t i = 0;
    for (; i + lane <= n; i += lane)
      rule(hn::LoadU(tag, g + i), w + i, moments ? m + i : nullptr, moments ? v + i : nullptr);
    if (i == n) return;
    alignas(64) T rest[4][lane] = {};
    const auto copy = [&](T* to, const T* from) {
      for (std::size_t k = 0; k < n - i; ++k) to[k] = from[k];
    };
    copy(rest[0], g + i);
    copy(rest[1], w + i);
    if (moments) copy(rest[2], m + i), copy(rest[3], v + i);
    rule(hn::Load(tag, rest[0]), rest[1], rest[2], rest[3]);
    copy(w + i, rest[1]);
    if (moments) copy(m + i, rest[2]), copy(v + i, rest[3]);
  });
}

/// Four sums for each column, of every fourth row, so that additions overlap.
template <class T>
void column_sums(const Panels<const T>& matrix, T* sums_of) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  for (std::size_t j = 0; j < matrix.count(); ++j)
    for (std::size_t v = 0; v < used_vectors(matrix, j); ++v) {
      const T* column = matrix.panel(j) + v * n;
      Vector<T> sum[4];
#pragma GCC unroll 4
      for (Vector<T>& part : sum) part = hn::Zero(tag);
      std::size_t r = 0;
      for (; r + 4 <= matrix.rows; r += 4)
#pragma GCC unroll 4
        for (std::size_t k = 0; k < 4; ++k)
          sum[k] = hn::Add(sum[k], hn::Load(tag, column + (r + k) * matrix.width));
      for (; r < matrix.rows; ++r) sum[0] = hn::Add(sum[0], hn::Load(tag, column + r * matrix.width));
      hn::Store(hn::Add(hn::Add(sum[0], sum[1]), hn::Add(sum[2], sum[3])), tag,
                sums_of + j * matrix.width + v * n);
    }
}

template void gradient(const PanelGradient<float>&, std::size_t, std::size_t, std::size_t);
template void update(const Update&, const float*, float*, float*, float*, std::size_t);
template void column_sums(const Panels<const float>&, float*);
#if HWY_TARGET != HWY_WASM
template void gradient(const PanelGradient<double>&, std::size_t, std::size_t, std::size_t);
template void update(const Update&, const double*, double*, double*, double*, std::size_t);
template void column_sums(const Panels<const double>&, double*);
#endif

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
