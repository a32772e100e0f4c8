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

/// df/dx by central differences of the fourth order, with the step at which two successive ones agree best:
/// near a pole that is a small one, for a large x a large one.
Slope numerical_slope(const std::function<double(double)>& f, double x);

/// The result as a function of one variable; NaN where an operation refuses the point. Refers to both
/// arguments.
std::function<double(double)> function_of(const Expression& expression, const std::string& variable);

}  // namespace hindsight::explain
