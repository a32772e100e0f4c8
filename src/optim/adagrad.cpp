#include <hindsight/ops.hpp>
#include <hindsight/optim/adagrad.hpp>

#include "optim/state.hpp"

namespace hindsight::optim {
namespace {

struct AdagradState : StateOf<AdagradOptions> {
  AdagradState() {
    remembers = {"sum"};
    counts = true;
  }

  void add(std::vector<Parameter> more, const AdagradOptions& with) {
    require_not_negative("lr", with.lr);
    require_not_negative("lr_decay", with.lr_decay);
    require_not_negative("weight_decay", with.weight_decay);
    require_not_negative("initial_accumulator_value", with.initial_accumulator_value);
    require_not_negative("eps", with.eps);
    require_not_negative("clip_norm", with.clip_norm);
    StateOf::add(std::move(more), with, {});
  }

  double first_value(std::size_t, std::size_t i) const override {
    return options_of(i).initial_accumulator_value;
  }

  Tensor updated(std::size_t i, const Tensor& value, const Tensor& gradient) override {
    const AdagradOptions& options = options_of(i);
    const Tensor g = options.weight_decay == 0 ? gradient : gradient + options.weight_decay * value;
    Parameter home = memory(0, i);
    const Tensor sum = home.value() + g * g;
    home.assign(sum);
    const Tensor rates = once("rates", value.dtype(), [&] {
      return (learning_rate(float64) / (1 + t_before * options.lr_decay)).to(value.dtype());
    });
    return value - rates[static_cast<std::int64_t>(i)] * (g / (sqrt(sum) + options.eps));
  }
};

AdagradState& state_of(const Optimizer& optimizer) { return static_cast<AdagradState&>(optimizer.state()); }

/// The optimizer's own options, but for what the group says.
AdagradOptions merged(AdagradOptions options, const AdagradGroup& group) {
  options.lr = group.lr.value_or(options.lr);
  options.lr_decay = group.lr_decay.value_or(options.lr_decay);
  options.weight_decay = group.weight_decay.value_or(options.weight_decay);
  options.initial_accumulator_value =
      group.initial_accumulator_value.value_or(options.initial_accumulator_value);
  options.eps = group.eps.value_or(options.eps);
  options.maximize = group.maximize.value_or(options.maximize);
  options.clip_norm = group.clip_norm.value_or(options.clip_norm);
  return options;
}

}  // namespace

Adagrad::Adagrad(std::vector<Parameter> parameters, AdagradOptions options)
    : Optimizer(std::make_shared<AdagradState>()) {
  state_of(*this).add(std::move(parameters), options);
}
void Adagrad::add_param_group(std::vector<Parameter> parameters, AdagradGroup options) const {
  AdagradState& state = state_of(*this);
  state.add(std::move(parameters), merged(state.options_by_group[0], options));
}

}  // namespace hindsight::optim
