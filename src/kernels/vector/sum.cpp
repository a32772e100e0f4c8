#include "kernels/vector/reductions.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {

/// Number i goes to partial sum i mod 32, and these are added as a tree: one order, however wide the vectors
/// are.
template <class T>
double sum(const T* x, std::size_t n) {
  constexpr std::size_t width = 32;
  alignas(64) double partial[width] = {};
  std::size_t i = 0;
  for (; i + width <= n; i += width)
#pragma GCC unroll 32
    for (std::size_t j = 0; j < width; ++j) partial[j] += static_cast<double>(x[i + j]);
  for (std::size_t j = 0; i < n; ++i, ++j) partial[j] += static_cast<double>(x[i]);
  for (std::size_t half = width / 2; half >= 1; half /= 2)
    for (std::size_t j = 0; j < half; ++j) partial[j] += partial[j + half];
  return partial[0];
}

template double sum<float>(const float*, std::size_t);
template double sum<double>(const double*, std::size_t);

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
