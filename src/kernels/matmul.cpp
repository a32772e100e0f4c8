// The eager product. Wide networks are the plan's business.
#include "kernels/matmul.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "kernels/target.hpp"

namespace hindsight::kernels {
namespace {

const MatmulKernel<float>& kernel(const Target& target, float) { return *target.kernels->matmul_float; }
const MatmulKernel<double>& kernel(const Target& target, double) { return *target.kernels->matmul_double; }

template <class T>
T at(const Matrix<T>& x, std::int64_t i, std::int64_t j) {
  return x.data[i * x.row_stride + j * x.column_stride];
}

template <class T>
bool are_zero(const Matrix<T>& b, std::int64_t k, std::int64_t first, std::int64_t columns) {
  for (std::int64_t p = 0; p < k; ++p)
    for (std::int64_t q = first; q < first + columns; ++q)
      if (at(b, p, q) != 0) return false;
  return true;
}

template <class T>
bool are_finite(const Matrix<T>& a, std::int64_t m, std::int64_t k) {
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t p = 0; p < k; ++p)
      if (!std::isfinite(at(a, i, p))) return false;
  return true;
}

}  // namespace

// Columns of zeros make zeros of what is finite: readers that follow a single weight ask for such products. A
// panel of b is packed when its rows do not lie in memory as the kernel reads them. What fills up the last
// one may be any number: its products are not kept.
template <class T>
void matmul(std::int64_t m, std::int64_t n, std::int64_t k, Matrix<T> a, Matrix<T> b, T* c) {
  const MatmulKernel<T>& product = kernel(target(), T());
  const std::int64_t width = product.width;
  std::vector<T> packed;
  std::optional<bool> finite;  // whether a is; nobody has looked yet
  for (std::int64_t j = 0; j < n; j += width) {
    const std::int64_t columns = std::min(width, n - j);
    if (are_zero(b, k, j, columns)) {
      if (!finite) finite = are_finite(a, m, k);
      if (*finite) {
        for (std::int64_t i = 0; i < m; ++i) std::fill_n(c + i * n + j, columns, T(0));
        continue;
      }
    }
    const T* panel = b.data + j * b.column_stride;
    std::int64_t stride = b.row_stride;
    if (columns < width || b.column_stride != 1) {
      packed.resize(static_cast<std::size_t>(k * width));
      T* to = packed.data();
      for (std::int64_t p = 0; p < k; ++p, to += width)
        for (std::int64_t q = 0; q < columns; ++q) to[q] = panel[p * stride + q * b.column_stride];
      panel = packed.data();
      stride = width;
    }
    product.panel(m, columns, k, a, panel, stride, c + j, n);
  }
}

template void matmul<float>(std::int64_t, std::int64_t, std::int64_t, Matrix<float>, Matrix<float>, float*);
template void matmul<double>(std::int64_t, std::int64_t, std::int64_t, Matrix<double>, Matrix<double>,
                             double*);

}  // namespace hindsight::kernels
