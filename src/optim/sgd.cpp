#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/optim/sgd.hpp>

#include "optim/state.hpp"

namespace hindsight::optim {
namespace {

struct SGDState : StateOf<SGDOptions> {
  SGDState() { remembers = {"momentum_buffer"}; }

  void add(std::vector<Parameter> more, const SGDOptions& with) {
    for (const auto& [name, value] :
         {std::pair("lr", with.lr), std::pair("momentum", with.momentum),
          std::pair("weight_decay", with.weight_decay), std::pair("clip_norm", with.clip_norm)})
      require_not_negative(name, value);
    if (with.nesterov && with.momentum == 0)
      throw ValueError("SGD: Nesterov's method needs momentum: give {.momentum = 0.9, .nesterov = true}");
    if (with.nesterov && with.dampening != 0)
      throw ValueError("SGD: Nesterov's method takes no dampening: leave it at 0");
    counts |= with.dampening != 0;
    StateOf::add(std::move(more), with, {.momentum = with.momentum});
  }

  Tensor updated(std::size_t i, const Tensor& value, const Tensor& gradient) override {
    const SGDOptions& options = options_of(i);
    Tensor g = options.weight_decay == 0 ? gradient : gradient + options.weight_decay * value;
    if (group().momentum != 0 || group().momentum_varies) {
      Parameter home = memory(0, i);
      const Tensor v = kept(home.value()) + (options.dampening == 0 ? g : damped(i, g));
      home.assign(v);
      g = options.nesterov ? g + kept(v) : v;
    }
    return value - learning_rate(value.dtype()) * g;
  }

  /// (1 − dampening) · g, but g itself at the first step of the parameter.
  Tensor damped(std::size_t i, const Tensor& g) {
    const Tensor share = once("share", g.dtype(), [&] {
      return (1 - options_of(i).dampening * (t_before > 0).to(float64)).to(g.dtype());
    });
    return share[static_cast<std::int64_t>(i)] * g;
  }
};

SGDState& state_of(const Optimizer& optimizer) { return static_cast<SGDState&>(optimizer.state()); }

/// The optimizer's own options, but for what the group says.
SGDOptions merged(SGDOptions options, const SGDGroup& group) {
  options.lr = group.lr.value_or(options.lr);
  options.momentum = group.momentum.value_or(options.momentum);
  options.dampening = group.dampening.value_or(options.dampening);
  options.weight_decay = group.weight_decay.value_or(options.weight_decay);
  options.nesterov = group.nesterov.value_or(options.nesterov);
  options.maximize = group.maximize.value_or(options.maximize);
  options.clip_norm = group.clip_norm.value_or(options.clip_norm);
  return options;
}

}  // namespace

SGD::SGD(std::vector<Parameter> parameters, SGDOptions options) : Optimizer(std::make_shared<SGDState>()) {
  state_of(*this).add(std::move(parameters), options);
}
void SGD::add_param_group(std::vector<Parameter> parameters, SGDGroup options) const {
  SGDState& state = state_of(*this);
  state.add(std::move(parameters), merged(state.options_by_group[0], options));
}

}  // namespace hindsight::optim
