#pragma once
#include <cstdint>

namespace hindsight::kernels {

/// A matrix somewhere in memory: element (i, j) lies at data[i * row_stride + j * column_stride].
template <class T>
struct Matrix {
  const T* data;
  std::int64_t row_stride;
  std::int64_t column_stride;
};

/// c[i, j] = Σ a[i, p] · b[p · b_stride + j] for m rows and `columns` of the `width` columns that b has: the
/// form of a target's own, for which b was cut into panels.
template <class T>
struct MatmulKernel {
  std::int64_t width;
  void (*panel)(std::int64_t m, std::int64_t columns, std::int64_t k, Matrix<T> a, const T* b,
                std::int64_t b_stride, T* c, std::int64_t c_stride);
};

/// c = a · b, with a m×k, b k×n and c m×n row-major. Each element is summed over k in order.
template <class T>
void matmul(std::int64_t m, std::int64_t n, std::int64_t k, Matrix<T> a, Matrix<T> b, T* c);

}  // namespace hindsight::kernels
