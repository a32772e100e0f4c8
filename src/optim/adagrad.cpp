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

}  // namespace

Adagrad::Adagrad(std::vector<Parameter> parameters, AdagradOptions options)
    : Optimizer(std::make_shared<AdagradState>()) {
  add_param_group(std::move(parameters), options);
}
void Adagrad::add_param_group(std::vector<Parameter> parameters, AdagradOptions options) const {
  state_of(*this).add(std::move(parameters), options);
}

}  // namespace hindsight::optim
