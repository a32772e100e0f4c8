#include <algorithm>

#include <hindsight/autodiff.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/optim/clip_grad_norm.hpp>

#include "optim/clipping.hpp"
#include "optim/state.hpp"

namespace hindsight::optim {

Clipping::Clipping(std::span<const Tensor> gradients, double max_norm) {
  const bool wide = std::any_of(gradients.begin(), gradients.end(), [](const Tensor& gradient) {
    return gradient.defined() && gradient.dtype() == float64;
  });
  const DType dtype = wide ? float64 : float32;
  Tensor squares = zeros({}, {.dtype = dtype});
  for (const Tensor& gradient : gradients)
    if (gradient.defined()) squares = squares + (gradient * gradient).sum().to(dtype);
  total_norm = sqrt(squares);
  // PyTorch adds 1e-6, so that a norm of 0 divides nothing, and never scales up.
  coefficient = minimum(max_norm / (total_norm + 1e-6), ones({}, {.dtype = dtype}));
}

Tensor clip_grad_norm_(const std::vector<Parameter>& parameters, double max_norm) {
  require_not_negative("max_norm", max_norm);
  const NoGrad no_grad;
  std::vector<Tensor> gradients;
  gradients.reserve(parameters.size());
  for (const Parameter& parameter : parameters) gradients.push_back(parameter.grad());
  const Clipping clipping(gradients, max_norm);
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (gradients[i].defined())
      Parameter(parameters[i]).set_grad(gradients[i] * clipping.coefficient.to(gradients[i].dtype()));
  return clipping.total_norm;
}

}  // namespace hindsight::optim
