#include <hindsight/ops.hpp>

#include "ops/shared/axes.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {

// The sum divided by the number of what was summed; the division is a node of its own, so that a gradient
// shows its 1/N.
Tensor mean(const Tensor& x, const Axes& axes, bool keepdim) {
  const Tensor total = sum(floating_point(x), axes, keepdim);
  return total / (static_cast<double>(x.elements()) /
                  static_cast<double>(std::max<std::int64_t>(total.elements(), 1)));
}

Tensor mean(const Tensor& x, const Axes& axes, bool keepdim, DType dtype) {
  return mean(floating_point(x, dtype, "mean"), axes, keepdim);
}

Tensor Tensor::mean(const Axes& axes, bool keepdim) const { return hindsight::mean(*this, axes, keepdim); }

}  // namespace hindsight
