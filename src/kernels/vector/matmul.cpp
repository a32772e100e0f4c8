// A panel of a product in register blocks. Products and sums round apart (-ffp-contract=off) and run over k
// in order, so that the bits are the same on every target.
#include "kernels/matmul.hpp"

#include <cstring>

#include "kernels/vector/vector.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {
namespace {

/// As long as the target's, also where Highway has no arithmetic for T. The compilers' own: each knows it.
constexpr std::size_t vector_bytes = lanes<float>() * sizeof(float);
template <class T>
using Numbers [[gnu::vector_size(vector_bytes)]] = T;

template <class T>
constexpr std::size_t length = vector_bytes / sizeof(T);
template <class T>
constexpr std::size_t width = 2 * length<T>;

/// `Rows` rows of two vectors of sums, in registers while k runs; the first `columns` of them are wanted.
template <std::size_t Rows, class T>
void block(std::size_t columns, std::int64_t k, Matrix<T> a, const T* b, std::int64_t b_stride, T* c,
           std::int64_t c_stride) {
  Numbers<T> sum[Rows][2] = {};
  for (std::int64_t p = 0; p < k; ++p, b += b_stride, a.data += a.column_stride) {
    Numbers<T> first, second;
    std::memcpy(&first, b, vector_bytes);
    std::memcpy(&second, b + length<T>, vector_bytes);
#pragma GCC unroll 4
    for (std::size_t i = 0; i < Rows; ++i) {
      const T number = a.data[static_cast<std::int64_t>(i) * a.row_stride];
      sum[i][0] += number * first;
      sum[i][1] += number * second;
    }
  }
#pragma GCC unroll 4
  for (std::size_t i = 0; i < Rows; ++i, c += c_stride)
    if (columns == width<T>)
      std::memcpy(c, sum[i], 2 * vector_bytes);
    else
      std::memcpy(c, sum[i], columns * sizeof(T));
}

template <class T>
void panel(std::int64_t m, std::int64_t columns, std::int64_t k, Matrix<T> a, const T* b,
           std::int64_t b_stride, T* c, std::int64_t c_stride) {
  const auto wanted = static_cast<std::size_t>(columns);
  std::int64_t i = 0;
  for (; i + 4 <= m; i += 4, a.data += 4 * a.row_stride, c += 4 * c_stride)
    block<4>(wanted, k, a, b, b_stride, c, c_stride);
  for (; i < m; ++i, a.data += a.row_stride, c += c_stride) block<1>(wanted, k, a, b, b_stride, c, c_stride);
}

}  // namespace

extern const MatmulKernel<float> matmul_float;
extern const MatmulKernel<double> matmul_double;
constinit const MatmulKernel<float> matmul_float = {width<float>, panel<float>};
constinit const MatmulKernel<double> matmul_double = {width<double>, panel<double>};

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
