#pragma once
#include <hindsight/ops.hpp>

namespace hindsight {

/// √x with no slope at 0 instead of an infinite one: as PyTorch's norm and std.
inline Tensor root_without_slope_at_0(const Tensor& x) {
  const Tensor is_zero = x == 0;
  return sqrt(x.masked_fill(is_zero, 1)).masked_fill(is_zero, 0);
}

}  // namespace hindsight
