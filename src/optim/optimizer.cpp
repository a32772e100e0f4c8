#include <algorithm>

#include <hindsight/autodiff.hpp>
#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "graph/capture.hpp"
#include "optim/clipping.hpp"
#include "optim/state.hpp"

namespace hindsight::optim {

void Optimizer::State::begin() {
  end();  // a step that threw left them
  for (const Parameter& parameter : parameters)
    gradients.push_back(parameter.requires_grad() ? parameter.grad() : Tensor());
  if (clip_norm == 0) return;
  const Tensor coefficient = Clipping(gradients, clip_norm).coefficient;
  for (Tensor& gradient : gradients)
    if (gradient.defined()) gradient = gradient * coefficient.to(gradient.dtype());
}

void Optimizer::State::end() {
  gradients.clear();
  shared_.clear();
}

Tensor Optimizer::State::once(const std::string& name, DType dtype, const std::function<Tensor()>& make) {
  for (const Shared& known : shared_)
    if (known.name == name && known.dtype == dtype) return known.value;
  const Tensor value = make();  // first: it may share something itself
  shared_.push_back({name, dtype, value});
  return value;
}

Tensor Optimizer::State::scalar(const std::string& name, DType dtype, const std::function<double()>& read) {
  return once(name, dtype, [&] { return scalar_input(read, dtype, name).named(name); });
}

Parameter& Optimizer::State::memory(std::vector<Parameter>& homes, std::size_t i, const char* what) {
  homes.resize(parameters.size());
  if (const Parameter& of = parameters[i]; !homes[i].defined())
    homes[i] =
        Parameter(formatted("{} of {}", what, of.name()), zeros(of.shape(), {.dtype = of.dtype()}), false);
  return homes[i];
}

void Optimizer::step() const {
  const NoGrad no_grad;
  State& state = *state_;
  state.begin();
  for (std::size_t i = 0; i < state.parameters.size(); ++i)
    if (const Tensor gradient = state.gradients[i]; gradient.defined())
      state.parameters[i].assign(state.updated(i, state.parameters[i].value(), gradient));
  state.end();
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
