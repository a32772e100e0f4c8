#pragma once
#include <vector>

#include "readers/check/opcheck/subject.hpp"

namespace hindsight::proof {

/// `x` with one element of one input moved.
std::vector<Tensor> moved(std::vector<Tensor> x, std::size_t input, std::int64_t element, double by);

/// How wide a difference around an element is: ±2h · max(1, |x|).
double step_at(const Tensor& x, std::int64_t element, double h);

/// ∂y[j]/∂x[element] for every j, by the central difference of fourth order,
/// (y(x−2h) − 8y(x−h) + 8y(x+h) − y(x+2h)) / 12h.
std::vector<double> difference(const TensorsFunction& function, const std::vector<Tensor>& x,
                               std::size_t input, std::int64_t element, double h);

/// The names of the operations that bend within the difference's reach; empty where the function is smooth.
std::string bends(const TensorsFunction& function, const std::vector<Tensor>& x, std::size_t input,
                  std::int64_t element, double h);

constexpr double usual_step = 1e-3;

}  // namespace hindsight::proof
