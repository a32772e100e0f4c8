// The error of a numerical derivative against its step: the U-curve.
#include <algorithm>
#include <cmath>

#include <hindsight/autodiff.hpp>
#include <hindsight/explain.hpp>

#include "base/format.hpp"
#include "readers/explain/slope.hpp"

namespace hindsight::explain {

std::vector<StepError> errors_by_step(const Expression& expression, const std::string& variable) {
  const auto found = std::find_if(expression.variables.begin(), expression.variables.end(),
                                  [&](const auto& entry) { return entry.first == variable; });
  if (found == expression.variables.end() || !expression.value.requires_grad()) return {};
  const double x = found->second.item();
  const double derivative = grad(expression.value, found->second).item();
  const auto f = function_of(expression, variable);
  const int size = x == 0 ? 0 : std::max(-1000, std::ilogb(x));
  std::vector<StepError> errors;
  for (int k = 1; k <= 44; ++k) {
    const double h = std::ldexp(1.0, size - k);  // a power of 2, so that x ± h is exact
    const double error = std::abs((f(x + h) - f(x - h)) / (2 * h) - derivative);
    if (std::isfinite(error)) errors.push_back({h, error});
  }
  return errors;
}

std::string to_text(const std::vector<StepError>& errors) {
  std::string text;
  double least = 1e300, most = 0;
  for (const StepError& e : errors) {
    if (e.error > 0) least = std::min(least, e.error);
    most = std::max(most, e.error);
  }
  const double low = std::log10(least), span = std::max(1.0, std::log10(std::max(most, least)) - low);
  for (std::size_t i = 0; i < errors.size(); i += 2) {
    const double height = errors[i].error > 0 ? (std::log10(errors[i].error) - low) / span : 0;
    text += formatted("  h = {:.1e}  error {:.1e}  {}\n", errors[i].h, errors[i].error,
                      std::string(errors[i].error > 0 ? 1 + static_cast<std::size_t>(48 * height) : 0, '#'));
  }
  return text;
}

}  // namespace hindsight::explain
