#include <hindsight/autodiff.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/optim/clip_grad_value.hpp>

#include "optim/state.hpp"

namespace hindsight::optim {

void clip_grad_value_(const std::vector<Parameter>& parameters, double clip_value) {
  require_not_negative("clip_value", clip_value);
  const NoGrad no_grad;
  for (Parameter parameter : parameters)
    if (const Tensor gradient = parameter.grad(); gradient.defined())
      parameter.set_grad(clamp(gradient, -clip_value, clip_value));
}

}  // namespace hindsight::optim
