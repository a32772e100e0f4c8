#include <hindsight/ops.hpp>
#include <hindsight/optim/rmsprop.hpp>

#include "optim/state.hpp"

namespace hindsight::optim {
namespace {

struct RMSpropState : StateOf<RMSpropOptions> {
  enum Memory : std::size_t { square_avg, momentum_buffer, grad_avg };
  RMSpropState() { remembers = {"square_avg", "momentum_buffer", "grad_avg"}; }

  void add(std::vector<Parameter> more, const RMSpropOptions& with) {
    require_not_negative("lr", with.lr);
    require_not_negative("alpha", with.alpha);
    require_not_negative("eps", with.eps);
    require_not_negative("weight_decay", with.weight_decay);
    require_not_negative("momentum", with.momentum);
    require_not_negative("clip_norm", with.clip_norm);
    StateOf::add(std::move(more), with, {.momentum = with.momentum});
  }

  Tensor updated(std::size_t i, const Tensor& value, const Tensor& gradient) override {
    const RMSpropOptions& options = options_of(i);
    const Tensor g = options.weight_decay == 0 ? gradient : gradient + options.weight_decay * value;
    const auto average = [&](Memory which, const Tensor& of) {
      Parameter home = memory(which, i);
      const Tensor mean = options.alpha * home.value() + (1 - options.alpha) * of;
      home.assign(mean);
      return mean;
    };
    Tensor spread = average(square_avg, g * g);
    if (options.centered) {
      const Tensor mean = average(grad_avg, g);
      spread = spread - mean * mean;
    }
    Tensor move = g / (sqrt(spread) + options.eps);
    if (group().momentum != 0 || group().momentum_varies) {
      Parameter home = memory(momentum_buffer, i);
      move = kept(home.value()) + move;
      home.assign(move);
    }
    return value - learning_rate(value.dtype()) * move;
  }
};

RMSpropState& state_of(const Optimizer& optimizer) { return static_cast<RMSpropState&>(optimizer.state()); }

/// The optimizer's own options, but for what the group says.
RMSpropOptions merged(RMSpropOptions options, const RMSpropGroup& group) {
  options.lr = group.lr.value_or(options.lr);
  options.alpha = group.alpha.value_or(options.alpha);
  options.eps = group.eps.value_or(options.eps);
  options.weight_decay = group.weight_decay.value_or(options.weight_decay);
  options.momentum = group.momentum.value_or(options.momentum);
  options.centered = group.centered.value_or(options.centered);
  options.maximize = group.maximize.value_or(options.maximize);
  options.clip_norm = group.clip_norm.value_or(options.clip_norm);
  return options;
}

}  // namespace

RMSprop::RMSprop(std::vector<Parameter> parameters, RMSpropOptions options)
    : Optimizer(std::make_shared<RMSpropState>()) {
  state_of(*this).add(std::move(parameters), options);
}
void RMSprop::add_param_group(std::vector<Parameter> parameters, RMSpropGroup options) const {
  RMSpropState& state = state_of(*this);
  state.add(std::move(parameters), merged(state.options_by_group[0], options));
}

}  // namespace hindsight::optim
