#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/optim/sgd.hpp>

#include "optim/state.hpp"

namespace hindsight::optim {
namespace {

struct State : Optimizer::State {
  SGDOptions options;
  std::vector<Parameter> velocity;

  Tensor updated(std::size_t i, const Tensor& value, const Tensor& gradient) override {
    Tensor g = options.weight_decay == 0 ? gradient : gradient + options.weight_decay * value;
    if (options.momentum != 0) {
      Parameter& home = memory(velocity, i, "velocity");
      const Tensor v = options.momentum * home.value() + g;
      home.assign(v);
      g = options.nesterov ? g + options.momentum * v : v;
    }
    return value - learning_rate(value.dtype()) * g;
  }
};

std::shared_ptr<Optimizer::State> make_state(std::vector<Parameter> parameters, const SGDOptions& options) {
  require_not_negative("lr", options.lr);
  require_not_negative("momentum", options.momentum);
  require_not_negative("weight_decay", options.weight_decay);
  require_not_negative("clip_norm", options.clip_norm);
  if (options.nesterov && options.momentum == 0)
    throw ValueError("SGD: Nesterov's method needs momentum: give {.momentum = 0.9, .nesterov = true}");
  auto state = std::make_shared<State>();
  state->parameters = std::move(parameters);
  state->lr = options.lr;
  state->clip_norm = options.clip_norm;
  state->options = options;
  return state;
}

}  // namespace

SGD::SGD(std::vector<Parameter> parameters, SGDOptions options)
    : Optimizer(make_state(std::move(parameters), options)) {}

}  // namespace hindsight::optim
