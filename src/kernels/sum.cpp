#include "kernels/sum.hpp"

#include <algorithm>
#include <vector>

namespace hindsight::kernels {
namespace {

template <class T, class Accumulator>
Accumulator sum_contiguous(std::int64_t length, const T* in) {
  constexpr std::int64_t parts = 8;
  Accumulator part[parts] = {};
  std::int64_t j = 0;
  for (; j + parts <= length; j += parts)
    for (std::int64_t p = 0; p < parts; ++p) part[p] += static_cast<Accumulator>(in[j + p]);
  for (; j < length; ++j) part[0] += static_cast<Accumulator>(in[j]);
  return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
}

template <class T, class Accumulator>
void sum_as(std::int64_t outer, std::int64_t length, std::int64_t inner, const T* in, T* out) {
  if (inner == 1) {
    for (std::int64_t o = 0; o < outer; ++o)
      out[o] = static_cast<T>(sum_contiguous<T, Accumulator>(length, in + o * length));
    return;
  }
  std::vector<Accumulator> total(static_cast<std::size_t>(inner));
  for (std::int64_t o = 0; o < outer; ++o) {
    std::fill(total.begin(), total.end(), Accumulator(0));
    Accumulator* const sums = total.data();
    for (std::int64_t j = 0; j < length; ++j, in += inner)
      for (std::int64_t i = 0; i < inner; ++i) sums[i] += static_cast<Accumulator>(in[i]);
    for (std::int64_t i = 0; i < inner; ++i) out[o * inner + i] = static_cast<T>(sums[i]);
  }
}

}  // namespace

template <>
void sum<float>(std::int64_t outer, std::int64_t length, std::int64_t inner, const float* in, float* out) {
  sum_as<float, double>(outer, length, inner, in, out);
}
template <>
void sum<double>(std::int64_t outer, std::int64_t length, std::int64_t inner, const double* in, double* out) {
  sum_as<double, double>(outer, length, inner, in, out);
}
template <>
void sum<std::int64_t>(std::int64_t outer, std::int64_t length, std::int64_t inner, const std::int64_t* in,
                       std::int64_t* out) {
  sum_as<std::int64_t, std::int64_t>(outer, length, inner, in, out);
}

}  // namespace hindsight::kernels
