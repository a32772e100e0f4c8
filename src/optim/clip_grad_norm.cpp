#include <algorithm>
#include <cmath>

#include <hindsight/autodiff.hpp>
#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/optim/clip_grad_norm.hpp>

#include "base/format.hpp"
#include "optim/clipping.hpp"
#include "optim/state.hpp"

namespace hindsight::optim {
namespace {

Tensor largest(const Tensor& gradient) {
  return gradient.elements() ? abs(gradient).amax() : zeros({}, {.dtype = gradient.dtype()});
}

Tensor to_power(const Tensor& gradient, double p) {
  return p == 2 ? gradient * gradient : p == 1 ? abs(gradient) : pow(abs(gradient), p);
}

}  // namespace

Clipping::Clipping(std::span<const Tensor> gradients, double max_norm, double p) {
  const bool wide = std::any_of(gradients.begin(), gradients.end(), [](const Tensor& gradient) {
    return gradient.defined() && gradient.dtype() == float64;
  });
  const DType dtype = wide ? float64 : float32;
  Tensor total = zeros({}, {.dtype = dtype});
  for (const Tensor& gradient : gradients) {
    if (!gradient.defined()) continue;
    total = std::isinf(p) ? maximum(total, largest(gradient).to(dtype))
                          : total + to_power(gradient, p).sum().to(dtype);
  }
  total_norm = p == 2 ? sqrt(total) : p == 1 || std::isinf(p) ? total : pow(total, 1 / p);
  // PyTorch adds 1e-6, so that a norm of 0 divides nothing, and never scales up.
  coefficient = minimum(max_norm / (total_norm + 1e-6), ones({}, {.dtype = dtype}));
}

Tensor clip_grad_norm_(const std::vector<Parameter>& parameters, double max_norm,
                       ClipGradNormOptions options) {
  require_not_negative("max_norm", max_norm);
  if (!(options.norm_type > 0))
    fail<ValueError>("clip_grad_norm_: norm_type is {} and must be above 0", options.norm_type);
  const NoGrad no_grad;
  std::vector<Tensor> gradients;
  gradients.reserve(parameters.size());
  for (const Parameter& parameter : parameters) gradients.push_back(parameter.grad());
  const Clipping clipping(gradients, max_norm, options.norm_type);
  if (options.error_if_nonfinite && !std::isfinite(clipping.total_norm.item()))
    fail<ValueError>(
        "clip_grad_norm_: the norm of the gradients is {}, so nothing can be scaled; see "
        "DetectAnomaly for where it began, or leave error_if_nonfinite out",
        clipping.total_norm.item());
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (gradients[i].defined())
      Parameter(parameters[i]).set_grad(gradients[i] * clipping.coefficient.to(gradients[i].dtype()));
  return clipping.total_norm;
}

}  // namespace hindsight::optim
