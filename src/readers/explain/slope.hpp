#pragma once
#include <functional>
#include <string>

#include <hindsight/explain.hpp>

namespace hindsight::explain {

struct Slope {
  double value;        // NaN where f is not finite on both sides
  double uncertainty;  // infinite where no two differences could be compared
  double
      variation;  // how much f changes within the step, divided by it: what an uncertainty is large against
};

/// What a difference looks at: both sides of x, or one of them.
enum class Side : std::int8_t { left = -1, both = 0, right = 1 };

/// df/dx by central differences of the fourth order, or by those of one side of the second, with the step at
/// which two successive ones agree best: near a pole that is a small one, for a large x a large one. `noise`
/// is what the steps of f add to its own rounding.
Slope numerical_slope(const std::function<double(double)>& f, double x, double noise, Side side);

/// The result as a function of one variable; NaN where an operation refuses the point. Refers to both
/// arguments.
std::function<double(double)> function_of(const Expression& expression, const std::string& variable);

}  // namespace hindsight::explain
