#include "readers/check/opcheck/differences.hpp"

#include <algorithm>
#include <cmath>

#include "readers/check/kinks.hpp"

namespace hindsight::proof {

std::vector<Tensor> moved(std::vector<Tensor> x, std::size_t input, std::int64_t element, double by) {
  const Array from = x[input].array().contiguous();
  Array to(from.shape(), float64);
  std::copy(from.data<double>(), from.data<double>() + from.elements(), to.mutable_data<double>());
  to.mutable_data<double>()[element] += by;
  x[input] = Tensor(std::move(to)).requires_grad_();
  return x;
}

double step_at(const Tensor& x, std::int64_t element, double h) {
  return h * std::max(1.0, std::abs(x.array().at(element)));
}

std::vector<double> difference(const TensorsFunction& function, const std::vector<Tensor>& x,
                               std::size_t input, std::int64_t element, double h) {
  const double step = step_at(x[input], element, h);
  const auto at = [&](double steps) { return numbers(function(moved(x, input, element, steps * step))); };
  const std::vector<double> a = at(-2), b = at(-1), c = at(1), d = at(2);
  std::vector<double> slopes(a.size());
  for (std::size_t j = 0; j < a.size(); ++j) slopes[j] = (a[j] - d[j] + 8 * (c[j] - b[j])) / (12 * step);
  return slopes;
}

std::string bends(const TensorsFunction& function, const std::vector<Tensor>& x, std::size_t input,
                  std::int64_t element, double h) {
  const double reach = 2 * step_at(x[input], element, h);
  const auto kinks =
      kinks_between(function(moved(x, input, element, -reach)), function(moved(x, input, element, reach)));
  std::string names;
  for (const Kink& kink : kinks)
    if (names.find(kink.operation) == std::string::npos)
      names += (names.empty() ? "" : ", ") + kink.operation;
  return names;
}

}  // namespace hindsight::proof
