#include <algorithm>
#include <cmath>

#include <hindsight/autodiff.hpp>
#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "graph/capture.hpp"
#include "graph/mode.hpp"
#include "optim/clipping.hpp"
#include "optim/state.hpp"

namespace hindsight::optim {

void Optimizer::State::add_group(std::vector<Parameter> more, const Group& group) {
  for (std::size_t i = 0; i < more.size(); ++i) {
    const auto same = [&](const Parameter& other) { return other.is(more[i]); };
    const auto end = more.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(parameters.begin(), parameters.end(), same) || std::any_of(more.begin(), end, same))
      fail<ValueError>("optimizer: parameter \"{}\" is given twice; a parameter is in one group, once",
                       more[i].name());
  }
  *outdated_ = true;
  outdated_ = std::make_shared<bool>(false);
  group_of.resize(parameters.size() + more.size(), groups.size());
  groups.push_back(group);
  parameters.insert(parameters.end(), more.begin(), more.end());
  if (!counts) return;
  std::vector<double> counted = steps.defined() ? steps.value().to_vector<double>() : std::vector<double>();
  counted.resize(parameters.size());
  steps = Parameter("step", tensor(counted), false);
}

void Optimizer::State::require_group(std::size_t group) const {
  if (group >= groups.size())
    fail<IndexError>("optimizer: there is no group {}; there {} {}", group, groups.size() == 1 ? "is" : "are",
                     groups.size());
}

void Optimizer::State::vary_momentum(std::size_t group) {
  if (std::isnan(groups[group].momentum))
    throw ValueError("this kind of optimizer has no momentum to cycle: give {.cycle_momentum = false}");
  if (groups[group].momentum_varies) return;
  groups[group].momentum_varies = true;
  *outdated_ = true;
  outdated_ = std::make_shared<bool>(false);
}

void Optimizer::State::begin() {
  end();  // a step that threw left them
  if (Capture* capture = mode().capture) capture->asked(outdated_);
  bool any = false;
  for (const Parameter& parameter : parameters) {
    gradients.push_back(parameter.requires_grad() ? parameter.grad() : Tensor());
    any |= gradients.back().defined();
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (groups[g].clip_norm == 0) continue;
    std::vector<Tensor> of_group = gradients;
    for (std::size_t i = 0; i < of_group.size(); ++i)
      if (group_of[i] != g) of_group[i] = {};
    const Tensor coefficient = Clipping(of_group, groups[g].clip_norm).coefficient;
    for (std::size_t i = 0; i < gradients.size(); ++i)
      if (of_group[i].defined()) gradients[i] = gradients[i] * coefficient.to(gradients[i].dtype());
  }
  if (!counts || !any) return;
  std::vector<double> moves;  // parameters that stay do not count the step
  for (const Tensor& gradient : gradients) moves.push_back(gradient.defined() ? 1 : 0);
  t_before = steps.value();
  t = t_before + tensor(moves);
  steps.assign(t);
}

void Optimizer::State::end() {
  gradients.clear();
  shared_.clear();
  t = t_before = {};
}

void Optimizer::State::step() {
  begin();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!gradients[i].defined()) continue;
    group_ = group_of[i];
    const Tensor gradient = group().maximize ? -gradients[i] : gradients[i];
    parameters[i].assign(updated(i, parameters[i].value(), gradient));
  }
  end();
}

Tensor Optimizer::State::once(const std::string& name, DType dtype, const std::function<Tensor()>& make) {
  for (const Shared& known : shared_)
    if (known.name == name && known.dtype == dtype && known.group == group_) return known.value;
  const Tensor value = make();  // first: it may share something itself
  shared_.push_back({name, dtype, group_, value});
  return value;
}

Tensor Optimizer::State::scalar(const std::string& name, DType dtype, double Group::*number) {
  return once(name, dtype, [&] {
    const auto read = [this, number, g = group_] { return groups[g].*number; };
    return scalar_input(read, dtype, name).named(name);
  });
}

Tensor Optimizer::State::learning_rate(DType dtype) { return scalar("lr", dtype, &Group::lr); }

Tensor Optimizer::State::momentum() {
  if (!group().momentum_varies) return tensor(group().momentum, {.dtype = float64});
  return scalar("momentum", float64, &Group::momentum);
}
Tensor Optimizer::State::kept(const Tensor& x) {
  return group().momentum_varies ? momentum().to(x.dtype()) * x : group().momentum * x;
}
Tensor Optimizer::State::taken(const Tensor& x) {
  return group().momentum_varies ? (1 - momentum()).to(x.dtype()) * x : (1 - group().momentum) * x;
}

Parameter Optimizer::State::memory(std::size_t memory, std::size_t i) {
  memories_.resize(remembers.size());
  memories_[memory].resize(parameters.size());
  Parameter& home = memories_[memory][i];
  if (const Parameter& of = parameters[i]; !home.defined())
    home = Parameter(formatted("{} of {}", remembers[memory], of.name()),
                     full(of.shape(), first_value(memory, i), {.dtype = of.dtype()}), false);
  return home;
}

void Optimizer::step() const {
  const NoGrad no_grad;
  state_->step();
}

void Optimizer::zero_grad() const {
  for (Parameter& parameter : state_->parameters) parameter.zero_grad();
}

const std::vector<Parameter>& Optimizer::parameters() const { return state_->parameters; }
std::size_t Optimizer::groups() const { return state_->groups.size(); }

double Optimizer::lr(std::size_t group) const {
  state_->require_group(group);
  return state_->groups[group].lr;
}

void Optimizer::set_lr(double lr) const {
  for (std::size_t g = 0; g < groups(); ++g) set_lr(lr, g);
}

void Optimizer::set_lr(double lr, std::size_t group) const {
  state_->require_group(group);
  require_not_negative("lr", lr);
  state_->groups[group].lr = lr;
}

StateDict Optimizer::state_dict() const { return state_->state_dict(); }
void Optimizer::load_state_dict(const StateDict& state) const {
  const NoGrad no_grad;
  state_->load_state_dict(state);
}

void require_not_negative(const char* option, double value) {
  if (!(value >= 0)) fail<ValueError>("optimizer: {} is {} and must be 0 or more", option, value);
}

void require_fraction(const char* option, double value) {
  if (!(value >= 0 && value < 1))
    fail<ValueError>("optimizer: {} is {} and must be at least 0 and below 1", option, value);
}

}  // namespace hindsight::optim
