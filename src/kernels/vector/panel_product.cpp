#include <limits>
#include <utility>

#include "kernels/vector/panels.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {
namespace {

/// Rows that a register block holds: with two vectors each, 24 of 32 registers or 12 of 16 are sums.
constexpr std::size_t most_rows = many_registers ? 12 : 6;
/// About so many k's at a time, and so many rows: their part of A stays in the L2 cache while all of B
/// passes.
constexpr std::size_t k_block = 256, row_tile = 192;

constexpr std::size_t ratio_up(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

/// One panel of out and some of the k's.
template <class T>
struct Part {
  const T* a;  // row 0 of A's first panel among them
  std::size_t a_stride, count;
  const T* b;
  std::size_t step;  // between rows of b, and of out
  const T* start;    // the bias; null: zero
  T* out;
  bool resume;  // begin with what out holds
  Then then;
  const T* other;
  const T* next;  // the next panel's b: fetched into the L2 cache meanwhile
};

/// Stores then(sums) of `Rows` rows of `Vectors` vectors.
template <class T, std::size_t Rows, std::size_t Vectors>
HWY_INLINE void finish(const Vector<T> (&sum)[Rows][Vectors], Then then, T* out, const T* other,
                       std::size_t step) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  const auto each = [&](const auto& value) {
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 2
      for (std::size_t v = 0; v < Vectors; ++v)
        hn::Store(value(sum[r][v], r * step + v * n), tag, out + r * step + v * n);
  };
  const Vector<T> zero = hn::Zero(tag);
  switch (then) {
    case Then::keep_positive:
      return each([&](Vector<T> s, std::size_t at) {
        return hn::IfThenElseZero(hn::Gt(hn::Load(tag, other + at), zero), s);
      });
    case Then::multiply:
      return each([&](Vector<T> s, std::size_t at) { return hn::Mul(hn::Load(tag, other + at), s); });
    default: {  // in this order x86 gives NaN for a sum that is NaN
      constexpr T infinity = std::numeric_limits<T>::infinity();
      const Vector<T> least = hn::Set(tag, then == Then::relu ? T(0) : -infinity);
      return each([&](Vector<T> s, std::size_t) { return hn::Max(least, s); });
    }
  }
}

/// `Rows` rows from `row` on, their sums in registers while k runs. A's panels are `Width` wide.
template <class T, std::size_t Width, std::size_t Vectors, std::size_t Rows>
void block(const Part<T>& part, std::size_t row) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  const std::size_t step = Vectors == 2 ? 2 * n : part.step;
  T* out = part.out + row * step;
  Vector<T> sum[Rows][Vectors];
  const T* start = part.resume ? out : part.start;
  const std::size_t start_step = part.resume ? step : 0;
#pragma GCC unroll 16
  for (std::size_t r = 0; r < Rows; ++r)
#pragma GCC unroll 2
    for (std::size_t v = 0; v < Vectors; ++v)
      sum[r][v] = start ? hn::Load(tag, start + r * start_step + v * n) : hn::Zero(tag);

  const T* a = part.a + row * Width;
  const T* b = part.b;
  const T* next = part.next;
  for (std::size_t left = part.count; left > 0; a += part.a_stride) {
    const std::size_t here = left < Width ? left : Width;
    left -= here;
    for (const T *at = a, *end = a + here; at != end; ++at, b += step, next += step) {
      Vector<T> weight[Vectors];
#pragma GCC unroll 2
      for (std::size_t v = 0; v < Vectors; ++v) {
        weight[v] = hn::Load(tag, b + v * n);
        __builtin_prefetch(next + v * n, 0, 2);
      }
#pragma GCC unroll 16
      for (std::size_t r = 0; r < Rows; ++r) {
        const Vector<T> x = hn::Set(tag, at[r * Width]);
#pragma GCC unroll 2
        for (std::size_t v = 0; v < Vectors; ++v) sum[r][v] = hn::MulAdd(x, weight[v], sum[r][v]);
      }
    }
  }
  finish<T>(sum, part.then, out, part.other + row * step, step);
}

template <class T>
using Block = void (*)(const Part<T>&, std::size_t);

template <class T>
struct Blocks {
  Block<T> of_rows[most_rows];
};

template <class T, std::size_t Width, std::size_t Vectors, std::size_t... Rows>
constexpr Blocks<T> blocks_of(std::index_sequence<Rows...>) {
  return {{block<T, Width, Vectors, Rows + 1>...}};
}

/// By whether A's panels are wide, and by vectors.
template <class T>
constexpr Blocks<T> blocks[2][2] = {{blocks_of<T, lanes<T>(), 1>(std::make_index_sequence<most_rows>()),
                                     blocks_of<T, lanes<T>(), 2>(std::make_index_sequence<most_rows>())},
                                    {blocks_of<T, 2 * lanes<T>(), 1>(std::make_index_sequence<most_rows>()),
                                     blocks_of<T, 2 * lanes<T>(), 2>(std::make_index_sequence<most_rows>())}};

/// Rows [first, last) and k's [k, k + count) of all panels.
template <class T>
void tile(const PanelProduct<T>& x, std::size_t k, std::size_t count, std::size_t first, std::size_t last) {
  const bool ends = k + count == x.a.columns;
  for (std::size_t j = 0; j < x.out.count(); ++j) {
    const Part<T> part = {.a = x.a.panel(k / x.a.width),
                          .a_stride = x.a.stride,
                          .count = count,
                          .b = x.b.panel(j) + k * x.b.width,
                          .step = x.b.width,
                          .start = x.bias ? x.bias + j * x.b.width : nullptr,
                          .out = x.out.panel(j),
                          .resume = k > 0,
                          .then = ends ? x.then : Then::nothing,
                          .other = x.other ? x.other + j * x.out.stride : x.out.panel(j),
                          .next = x.b.panel(j + 1 < x.out.count() ? j + 1 : j) + k * x.b.width};
    const Block<T>* of_rows = blocks<T>[x.a.width > lanes<T>()][used_vectors(x.out, j) - 1].of_rows;
    // Rows are shared out evenly: a short last block would keep few sums in flight.
    std::size_t row = first;
    for (std::size_t left = ratio_up(last - first, most_rows); left > 0; --left) {
      const std::size_t rows = ratio_up(last - row, left);
      of_rows[rows - 1](part, row);
      row += rows;
    }
  }
}

/// One row: x's k's lie in runs of `run` numbers, `x_stride` apart. Panels lie `b_stride` and `out_stride`
/// apart.
template <class T>
struct Row {
  const T* x;
  std::size_t run, x_stride, count;
  const T* b;
  std::size_t step, b_stride;
  const T* bias;
  T* out;
  std::size_t out_stride;
  Then then;
  const T* other;
};

/// `Count` panels from j on at once, so that there are sums enough in flight. The same order of each sum as
/// in `block`.
template <class T, std::size_t Vectors, std::size_t Count>
void row_block(const Row<T>& row, std::size_t j) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  Vector<T> sum[Count][Vectors];
#pragma GCC unroll 8
  for (std::size_t p = 0; p < Count; ++p)
#pragma GCC unroll 2
    for (std::size_t v = 0; v < Vectors; ++v)
      sum[p][v] = row.bias ? hn::Load(tag, row.bias + (j + p) * row.step + v * n) : hn::Zero(tag);
  const T* x = row.x;
  const T* b = row.b + j * row.b_stride;
  for (std::size_t left = row.count; left > 0; x += row.x_stride) {
    const std::size_t here = left < row.run ? left : row.run;
    left -= here;
    for (const T *at = x, *end = x + here; at != end; ++at, b += row.step) {
      const Vector<T> value = hn::Set(tag, *at);
#pragma GCC unroll 8
      for (std::size_t p = 0; p < Count; ++p)
#pragma GCC unroll 2
        for (std::size_t v = 0; v < Vectors; ++v)
          sum[p][v] = hn::MulAdd(value, hn::Load(tag, b + p * row.b_stride + v * n), sum[p][v]);
    }
  }
  finish<T>(sum, row.then, row.out + j * row.out_stride, row.other + j * row.out_stride, row.out_stride);
}

template <class T, std::size_t Vectors>
void whole_row(const Row<T>& row, std::size_t j, std::size_t last) {
  constexpr std::size_t most = 8 / Vectors;
  for (; j + most <= last; j += most) row_block<T, Vectors, most>(row, j);
  for (; j + 2 <= last; j += 2) row_block<T, Vectors, 2>(row, j);
  for (; j < last; ++j) row_block<T, Vectors, 1>(row, j);
}

template <class T>
void whole_row(const Row<T>& row, const Panels<const T>& b) {
  const std::size_t last = b.count();
  if (b.width == lanes<T>()) return whole_row<T, 1>(row, 0, last);
  const std::size_t full = used_vectors(b, last - 1) == 2 ? last : last - 1;
  whole_row<T, 2>(row, 0, full);
  whole_row<T, 1>(row, full, last);
}

}  // namespace

template <class T>
void product(const PanelProduct<T>& x, std::size_t first, std::size_t last) {
  if (last == first + 1) {
    const std::size_t at = first * x.out.width;
    return whole_row<T>(
        {x.a.data + first * x.a.width, x.a.width, x.a.stride, x.a.columns, x.b.data, x.b.width, x.b.stride,
         x.bias, x.out.data + at, x.out.stride, x.then, (x.other ? x.other : x.out.data) + at},
        x.b);
  }
  const std::size_t inputs = x.a.columns;
  const std::size_t wanted = (inputs + k_block / 2) / k_block;
  const std::size_t count = ratio_up(ratio_up(inputs, wanted ? wanted : 1), x.a.width) * x.a.width;
  for (std::size_t tiles = ratio_up(last - first, row_tile); tiles > 0; --tiles) {
    const std::size_t end = first + ratio_up(last - first, tiles);
    for (std::size_t k = 0; k < inputs; k += count)
      tile(x, k, k + count < inputs ? count : inputs - k, first, end);
    first = end;
  }
}

template <class T>
void row_product(const T* x, const Panels<const T>& w, const T* bias, Then then, T* y) {
  whole_row<T>({x, w.rows, 0, w.rows, w.data, w.width, w.stride, bias, y, w.width, then, y}, w);
}

template void product(const PanelProduct<float>&, std::size_t, std::size_t);
template void row_product(const float*, const Panels<const float>&, const float*, Then, float*);
#if HWY_TARGET != HWY_WASM
template void product(const PanelProduct<double>&, std::size_t, std::size_t);
template void row_product(const double*, const Panels<const double>&, const double*, Then, double*);
#endif

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
