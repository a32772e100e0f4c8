#include <cmath>
#include <limits>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/axes.hpp"
#include "ops/shared/located.hpp"
#include "ops/shared/roots.hpp"

namespace hindsight {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// a^p of a ≥ 0 without a slope at 0, where it would be infinite or NaN.
Tensor power_without_slope_at_0(const Tensor& a, double p) {
  const Tensor is_zero = a == 0;
  return pow(a.masked_fill(is_zero, 1), p).masked_fill(is_zero, p > 0 ? 0 : infinity);
}

}  // namespace

Tensor Tensor::norm(double p, const Axes& axes, bool keepdim) const {
  if (!is_floating(dtype()))
    fail<DTypeError>("norm: takes float32 or float64, and got {}; convert it with .to(hs::float32)",
                     hindsight::name(dtype()));
  const Shape reduced = sorted_axes(shape(), axes);
  if (p == 2) return root_without_slope_at_0(hindsight::sum(square(*this), reduced, keepdim));
  if (p == 0) return hindsight::sum(*this != 0, reduced, keepdim).to(dtype());
  const Tensor size = hindsight::abs(*this);
  if (p == 1) return hindsight::sum(size, reduced, keepdim);
  if (p == infinity) return size.amax(reduced, keepdim);
  if (p == -infinity) return size.amin(reduced, keepdim);
  return power_without_slope_at_0(hindsight::sum(power_without_slope_at_0(size, p), reduced, keepdim), 1 / p);
}

Tensor Tensor::norm(std::string_view p, const Axes& axes, bool keepdim) const {
  if (p != "fro") fail<ValueError>("{}: p is \"{}\" and must be \"fro\" or a number", located("norm"), p);
  return norm(2, axes, keepdim);
}

}  // namespace hindsight
