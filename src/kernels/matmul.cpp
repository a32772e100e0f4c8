// The eager product. Wide networks are the plan's business.
#include "kernels/matmul.hpp"

#include <algorithm>
#include <vector>

#include "kernels/target.hpp"

namespace hindsight::kernels {
namespace {

const MatmulKernel<float>& kernel(const Target& target, float) { return *target.kernels->matmul_float; }
const MatmulKernel<double>& kernel(const Target& target, double) { return *target.kernels->matmul_double; }

}  // namespace

// A panel of b is packed when its rows do not lie in memory as the kernel reads them. What fills up the last
// one may be any number: its products are not kept.
template <class T>
void matmul(std::int64_t m, std::int64_t n, std::int64_t k, Matrix<T> a, Matrix<T> b, T* c) {
  const MatmulKernel<T>& product = kernel(target(), T());
  const std::int64_t width = product.width;
  std::vector<T> packed;
  for (std::int64_t j = 0; j < n; j += width) {
    const std::int64_t columns = std::min(width, n - j);
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
