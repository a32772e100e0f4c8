#include <hindsight/autodiff.hpp>
#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "graph/capture.hpp"
#include "optim/state.hpp"

namespace hindsight::optim {

Tensor Optimizer::State::scalar(const std::string& name, DType dtype, std::function<double()> read) {
  for (const Tensor& known : scalars)
    if (known.name() == name && known.dtype() == dtype) return known;
  scalars.push_back(scalar_input(read, dtype, name).named(name));
  return scalars.back();
}

void Optimizer::step() const {
  const NoGrad no_grad;
  State& state = *state_;
  state.scalars.clear();
  for (std::size_t i = 0; i < state.parameters.size(); ++i) {
    Parameter& parameter = state.parameters[i];
    if (const Tensor gradient = parameter.grad(); gradient.defined() && parameter.requires_grad())
      parameter.assign(state.updated(i, parameter.value(), gradient));
  }
  state.scalars.clear();
}

void Optimizer::zero_grad() const {
  for (Parameter& parameter : state_->parameters) parameter.zero_grad();
}

const std::vector<Parameter>& Optimizer::parameters() const { return state_->parameters; }
double Optimizer::lr() const { return state_->lr; }

void Optimizer::set_lr(double lr) const {
  require_not_negative("lr", lr);
  state_->lr = lr;
}

void require_not_negative(const char* option, double value) {
  if (!(value >= 0)) fail<ValueError>("optimizer: {} is {} and must be 0 or more", option, value);
}

}  // namespace hindsight::optim
