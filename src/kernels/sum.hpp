#pragma once
#include <cstdint>

namespace hindsight::kernels {

/// out[o, i] = Σⱼ in[o, j, i] of a row-major block outer × length × inner. Sums run in float64 and, along a
/// contiguous axis, in eight interleaved parts, so that the error of a float32 sum stays at its last
/// rounding.
template <class T>
void sum(std::int64_t outer, std::int64_t length, std::int64_t inner, const T* in, T* out);

}  // namespace hindsight::kernels
