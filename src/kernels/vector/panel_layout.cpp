// Into panels, out of them, and from one matrix in panels to its transpose.
#include "kernels/vector/panels.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {
namespace {

/// A square of lanes × lanes numbers. Number the rows i and the columns c in binary: a round that puts the
/// even columns of rows 2s and 2s + 1 into row s and the odd ones into row s + lanes/2 turns the digits of
/// (i, c), written one after the other, by one place; after log₂ lanes rounds i and c have changed places.
template <class T>
HWY_INLINE void transpose_square(const T* from, std::size_t from_step, T* to, std::size_t to_step) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  Vector<T> row[n], turned[n];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < n; ++i) row[i] = hn::Load(tag, from + i * from_step);
#pragma GCC unroll 4
  for (std::size_t round = 1; round < n; round *= 2) {
#pragma GCC unroll 8
    for (std::size_t s = 0; s < n / 2; ++s) {
      turned[s] = hn::ConcatEven(tag, row[2 * s + 1], row[2 * s]);
      turned[s + n / 2] = hn::ConcatOdd(tag, row[2 * s + 1], row[2 * s]);
    }
#pragma GCC unroll 16
    for (std::size_t i = 0; i < n; ++i) row[i] = turned[i];
  }
#pragma GCC unroll 16
  for (std::size_t i = 0; i < n; ++i) hn::Store(row[i], tag, to + i * to_step);
}

template <class T>
HWY_INLINE void copy(const T* from, T* to, std::size_t count) {
  const Tag<T> tag;
  std::size_t i = 0;
  for (; i + lanes<T>() <= count; i += lanes<T>()) hn::StoreU(hn::LoadU(tag, from + i), tag, to + i);
  for (; i < count; ++i) to[i] = from[i];
}

/// each(panel's row, its offset in rows of `row_step` and columns of `column_step`, how many columns)
template <class T, class Each>
HWY_INLINE void each_run(const Panels<T>& matrix, std::size_t first, std::size_t last, const Each& each) {
  for (std::size_t r = first; r < last; ++r)
    for (std::size_t j = 0; j < matrix.count(); ++j) {
      const std::size_t left = matrix.columns - j * matrix.width;
      each(matrix.panel(j) + r * matrix.width, r, j * matrix.width,
           left < matrix.width ? left : matrix.width);
    }
}

}  // namespace

template <class T>
void transpose(const Panels<const T>& matrix, const Panels<T>& transposed, std::size_t j, std::size_t first,
               std::size_t last) {
  constexpr std::size_t n = lanes<T>();
  const std::size_t begin = j * matrix.width;
  for (std::size_t r = first; r < last; r += n)
    for (std::size_t c = 0; c < matrix.width && begin + c < matrix.columns; c += n)
      transpose_square<T>(matrix.panel(j) + r * matrix.width + c, matrix.width, &transposed.at(begin + c, r),
                          transposed.width);
}

template <class T>
void pack(const T* from, std::ptrdiff_t row_step, std::ptrdiff_t column_step, const Panels<T>& matrix,
          std::size_t first, std::size_t last) {
  each_run(matrix, first, last, [&](T* to, std::size_t r, std::size_t c, std::size_t count) {
    const T* at =
        from + static_cast<std::ptrdiff_t>(r) * row_step + static_cast<std::ptrdiff_t>(c) * column_step;
    if (column_step == 1) return copy(at, to, count);
    for (std::size_t i = 0; i < count; ++i) to[i] = at[static_cast<std::ptrdiff_t>(i) * column_step];
  });
}

template <class T>
void unpack(const Panels<const T>& matrix, T* to, std::ptrdiff_t row_step, std::ptrdiff_t column_step,
            std::size_t first, std::size_t last) {
  each_run(matrix, first, last, [&](const T* from, std::size_t r, std::size_t c, std::size_t count) {
    T* at = to + static_cast<std::ptrdiff_t>(r) * row_step + static_cast<std::ptrdiff_t>(c) * column_step;
    if (column_step == 1) return copy(from, at, count);
    for (std::size_t i = 0; i < count; ++i) at[static_cast<std::ptrdiff_t>(i) * column_step] = from[i];
  });
}

template void transpose(const Panels<const float>&, const Panels<float>&, std::size_t, std::size_t,
                        std::size_t);
template void pack(const float*, std::ptrdiff_t, std::ptrdiff_t, const Panels<float>&, std::size_t,
                   std::size_t);
template void unpack(const Panels<const float>&, float*, std::ptrdiff_t, std::ptrdiff_t, std::size_t,
                     std::size_t);
#if HWY_TARGET != HWY_WASM
template void transpose(const Panels<const double>&, const Panels<double>&, std::size_t, std::size_t,
                        std::size_t);
template void pack(const double*, std::ptrdiff_t, std::ptrdiff_t, const Panels<double>&, std::size_t,
                   std::size_t);
template void unpack(const Panels<const double>&, double*, std::ptrdiff_t, std::ptrdiff_t, std::size_t,
                     std::size_t);
#endif

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
