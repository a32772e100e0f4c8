#include "readers/explain/slope.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include <hindsight/autodiff.hpp>
#include <hindsight/error.hpp>

namespace hindsight::explain {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// A difference, and what the rounding of f adds to it.
struct Difference {
  double value = nan;
  double rounding = 0;
  double variation = 0;
};

/// What values of f may be wrong by: they have so many digits, and for tiny ones fewer.
double rounding(double a, double b) {
  return std::numeric_limits<double>::epsilon() * (std::abs(a) + std::abs(b)) +
         2 * std::numeric_limits<double>::denorm_min();
}

/// (8·(f(x+h) − f(x−h)) − (f(x+2h) − f(x−2h))) / 12h and, to one side, (4·f(x+h) − f(x+2h) − 3·f(x)) / 2h:
/// Abramowitz and Stegun, table 25.2.
Difference difference(const std::function<double(double)>& f, double x, double h, double noise, Side side) {
  if (x + h - x != h || !std::isfinite(x + 2 * h) || !std::isfinite(x - 2 * h)) return {};  // x swallows h
  const double center = f(x);
  if (side != Side::both) {
    h *= static_cast<double>(side);
    const double near = f(x + h), far = f(x + 2 * h);
    return {(4 * (near - center) - (far - center)) / (2 * h),
            4 * (rounding(near, center) + noise) / std::abs(h), std::abs((near - center) / h)};
  }
  const double right = f(x + h), left = f(x - h), far_right = f(x + 2 * h), far_left = f(x - 2 * h);
  return {(8 * (right - left) - (far_right - far_left)) / (12 * h), (rounding(left, right) + noise) / h,
          std::max(std::abs(right - center), std::abs(left - center)) / h};
}

/// With steps from scale/8 down to scale/8⁶, powers of 2 so that x ± h is exact.
Slope slope_at_scale(const std::function<double(double)>& f, double x, double scale, double noise,
                     Side side) {
  Slope best{nan, infinity, 0};
  Difference before;
  for (int k = 1; k <= 6; ++k) {
    const Difference now = difference(f, x, std::ldexp(1.0, std::ilogb(scale) - 3 * k), noise, side);
    // The finer of two differences has the less truncation, the coarser the less rounding.
    const double uncertainty = std::abs(now.value - before.value) + before.rounding;
    if (uncertainty < best.uncertainty) best = {before.value, uncertainty, before.variation};
    before = now;
  }
  return best;
}

}  // namespace

std::function<double(double)> function_of(const Expression& expression, const std::string& variable) {
  return [&expression, &variable](double x) {
    const NoGrad no_grad;
    std::map<std::string, double> at;
    for (const auto& [name, tensor] : expression.variables) at[name] = name == variable ? x : tensor.item();
    try {
      return read_expression(expression.text, at).value.item();
    } catch (const Error&) {
      return nan;
    }
  };
}

Slope numerical_slope(const std::function<double(double)>& f, double x, double noise, Side side) {
  constexpr double good = 1e-6;
  if (x == 0) return slope_at_scale(f, x, 1, noise, side);
  const Slope near = slope_at_scale(f, x, std::abs(x), noise, side);
  if (near.uncertainty <= good * std::abs(near.value)) return near;
  const Slope far = slope_at_scale(f, x, 1, noise, side);
  // Wide steps may miss what is small: those that the narrow ones contradict say nothing.
  const bool apart = std::abs(far.value - near.value) > 4 * (far.uncertainty + near.uncertainty);
  return far.uncertainty < near.uncertainty && !apart ? far : near;
}

}  // namespace hindsight::explain
