#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/optim/adam.hpp>

#include "base/format.hpp"
#include "optim/state.hpp"

namespace hindsight::optim {
namespace {

struct State : Optimizer::State {
  AdamOptions options;
  /// AdamW: the weights decay by themselves, not through the gradient.
  bool decoupled = false;
  std::vector<Parameter> exp_avg, exp_avg_sq;
  /// t of every parameter in one float64 vector. It is advanced in operations, so that a compiled step counts
  /// like an eager one and a capture does not count at all.
  Parameter steps;

  Tensor updated(std::size_t i, const Tensor& value, const Tensor& gradient) override {
    const auto [beta1, beta2] = options.betas;
    const bool decays = options.weight_decay != 0;
    const Tensor g = decays && !decoupled ? gradient + options.weight_decay * value : gradient;
    const Tensor w = decays && decoupled ? value * decay(value.dtype()) : value;
    Parameter &first = memory(exp_avg, i, "exp_avg"), &second = memory(exp_avg_sq, i, "exp_avg_sq");
    const Tensor m = beta1 * first.value() + (1 - beta1) * g;
    const Tensor v = beta2 * second.value() + (1 - beta2) * (g * g);
    first.assign(m);
    second.assign(v);
    const auto entry = static_cast<std::int64_t>(i);
    const Tensor root = sqrt(v) * second_correction(value.dtype())[entry];
    return w - step_size(value.dtype())[entry] * (m / (root + options.eps));
  }

  /// t, this step included; parameters that stay do not count it.
  Tensor t() {
    return once("step", float64, [this] {
      std::vector<double> moves;
      for (const Tensor& gradient : gradients) moves.push_back(gradient.defined() ? 1 : 0);
      const Tensor advanced = steps.value() + tensor(moves);
      steps.assign(advanced);
      return advanced;
    });
  }

  // The corrections are float64 for weights of any dtype, as in PyTorch: 1 − 0.999 keeps 4 digits in float32.
  Tensor correction(double beta) { return 1 - pow(tensor(beta, {.dtype = float64}), t()); }

  /// lr / (1 − β₁ᵗ)
  Tensor step_size(DType dtype) {
    return once("step_size", dtype,
                [=, this] { return (learning_rate(float64) / correction(options.betas.first)).to(dtype); });
  }
  /// 1 / √(1 − β₂ᵗ)
  Tensor second_correction(DType dtype) {
    return once("second_correction", dtype,
                [=, this] { return (1 / sqrt(correction(options.betas.second))).to(dtype); });
  }
  Tensor decay(DType dtype) {
    return once("decay", dtype,
                [=, this] { return (1 - learning_rate(float64) * options.weight_decay).to(dtype); });
  }
};

void require_fraction(const char* option, double value) {
  if (!(value >= 0 && value < 1))
    fail<ValueError>("optimizer: {} is {} and must be at least 0 and below 1", option, value);
}

std::shared_ptr<Optimizer::State> make_state(std::vector<Parameter> parameters, const AdamOptions& options,
                                             bool decoupled) {
  require_not_negative("lr", options.lr);
  require_fraction("betas.first", options.betas.first);
  require_fraction("betas.second", options.betas.second);
  require_not_negative("eps", options.eps);
  require_not_negative("weight_decay", options.weight_decay);
  require_not_negative("clip_norm", options.clip_norm);
  auto state = std::make_shared<State>();
  state->steps =
      Parameter("step", zeros({static_cast<std::int64_t>(parameters.size())}, {.dtype = float64}), false);
  state->parameters = std::move(parameters);
  state->lr = options.lr;
  state->clip_norm = options.clip_norm;
  state->options = options;
  state->decoupled = decoupled;
  return state;
}

}  // namespace

Adam::Adam(std::vector<Parameter> parameters, AdamOptions options)
    : Optimizer(make_state(std::move(parameters), options, false)) {}

AdamW::AdamW(std::vector<Parameter> parameters, AdamWOptions options)
    : Optimizer(make_state(std::move(parameters),
                           {.lr = options.lr,
                            .betas = options.betas,
                            .eps = options.eps,
                            .weight_decay = options.weight_decay,
                            .clip_norm = options.clip_norm},
                           true)) {}

}  // namespace hindsight::optim
