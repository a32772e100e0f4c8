#include <cmath>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/axes.hpp"
#include "ops/shared/roots.hpp"

namespace hindsight {
namespace {

void require_floating(const Tensor& x, const char* operation) {
  if (!is_floating(x.dtype()))
    fail<DTypeError>("{}: takes float32 or float64, and got {}; convert it with .to(hs::float32)", operation,
                     name(x.dtype()));
}

// A variance does not depend on where 0 lies. So the first mean, whose last digits are lost where numbers are
// large and close together, is a mere shift; the second one is near 0 and exact.
Tensor variance(const Tensor& x, const Shape& axes, double correction, bool keepdim) {
  const Tensor shifted = x - mean(x, axes, true).detach();
  const Tensor squares = sum(square(shifted - mean(shifted, axes, true)), axes, keepdim);
  double count = 1;
  for (const std::int64_t axis : axes) count *= static_cast<double>(x.size(axis));
  return squares / std::max(0.0, count - correction);
}

}  // namespace

Tensor Tensor::var(const Axes& axes, double correction, bool keepdim) const {
  require_floating(*this, "var");
  return variance(*this, sorted_axes(shape(), axes), correction, keepdim);
}

Tensor Tensor::std(const Axes& axes, double correction, bool keepdim) const {
  require_floating(*this, "std");
  return root_without_slope_at_0(variance(*this, sorted_axes(shape(), axes), correction, keepdim));
}

}  // namespace hindsight
