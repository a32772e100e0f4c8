// The eager product: register blocks that the compiler vectorises, b packed into column panels when it is not
// already row-major. Wide networks are the plan's business.
#include "kernels/matmul.hpp"

#include <algorithm>
#include <vector>

namespace hindsight::kernels {
namespace {

/// `Rows` × `Columns` elements of c at once, kept in registers while k runs.
template <std::size_t Rows, std::size_t Columns, class T>
void block(std::int64_t k, Matrix<T> a, const T* b, std::int64_t b_stride, T* c, std::int64_t c_stride) {
  T sum[Rows][Columns] = {};
  for (std::int64_t p = 0; p < k; ++p) {
    const T* b_row = b + p * b_stride;
    for (std::size_t i = 0; i < Rows; ++i) {
      const T a_ip = a.data[static_cast<std::int64_t>(i) * a.row_stride + p * a.column_stride];
      for (std::size_t j = 0; j < Columns; ++j) sum[i][j] += a_ip * b_row[j];
    }
  }
  for (std::size_t i = 0; i < Rows; ++i)
    for (std::size_t j = 0; j < Columns; ++j)
      c[static_cast<std::int64_t>(i) * c_stride + static_cast<std::int64_t>(j)] = sum[i][j];
}

template <std::size_t Columns, class T>
void panel(std::int64_t m, std::int64_t k, Matrix<T> a, const T* b, std::int64_t b_stride, T* c,
           std::int64_t c_stride) {
  std::int64_t i = 0;
  for (; i + 4 <= m; i += 4) {
    block<4, Columns>(k, a, b, b_stride, c + i * c_stride, c_stride);
    a.data += 4 * a.row_stride;
  }
  for (; i < m; ++i) {
    block<1, Columns>(k, a, b, b_stride, c + i * c_stride, c_stride);
    a.data += a.row_stride;
  }
}

}  // namespace

template <class T>
void matmul(std::int64_t m, std::int64_t n, std::int64_t k, Matrix<T> a, Matrix<T> b, T* c) {
  constexpr std::size_t width = 16 / sizeof(T) * 2;  // two SSE registers a row: 4 × 2 accumulators
  constexpr auto block_columns = static_cast<std::int64_t>(width);
  std::vector<T> packed;
  const bool row_major = b.column_stride == 1 || n == 1;
  if (!row_major) packed.resize(static_cast<std::size_t>(k) * width);
  std::int64_t j = 0;
  while (j < n) {
    const std::int64_t columns = n - j >= block_columns ? block_columns : n - j >= 4 ? 4 : 1;
    const T* panel_of_b = b.data + j * b.column_stride;
    std::int64_t stride = b.row_stride;
    if (!row_major) {
      for (std::int64_t p = 0; p < k; ++p)
        for (std::int64_t q = 0; q < columns; ++q)
          packed[static_cast<std::size_t>(p * columns + q)] =
              panel_of_b[p * b.row_stride + q * b.column_stride];
      panel_of_b = packed.data();
      stride = columns;
    }
    if (columns == block_columns)
      panel<width>(m, k, a, panel_of_b, stride, c + j, n);
    else if (columns == 4)
      panel<4>(m, k, a, panel_of_b, stride, c + j, n);
    else
      panel<1>(m, k, a, panel_of_b, stride, c + j, n);
    j += columns;
  }
}

template void matmul<float>(std::int64_t, std::int64_t, std::int64_t, Matrix<float>, Matrix<float>, float*);
template void matmul<double>(std::int64_t, std::int64_t, std::int64_t, Matrix<double>, Matrix<double>,
                             double*);

}  // namespace hindsight::kernels
