#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/optim/adam.hpp>

#include "optim/state.hpp"

namespace hindsight::optim {
namespace {

struct AdamState : StateOf<AdamOptions> {
  enum Memory : std::size_t { exp_avg, exp_avg_sq, max_exp_avg_sq };
  /// AdamW: the weights decay by themselves, not through the gradient.
  bool decoupled;

  explicit AdamState(bool is_adamw) : decoupled(is_adamw) {
    remembers = {"exp_avg", "exp_avg_sq", "max_exp_avg_sq"};
    counts = true;
  }

  void add(std::vector<Parameter> more, const AdamOptions& with) {
    require_not_negative("lr", with.lr);
    require_fraction("betas.first", with.betas.first);
    require_fraction("betas.second", with.betas.second);
    require_not_negative("eps", with.eps);
    require_not_negative("weight_decay", with.weight_decay);
    require_not_negative("clip_norm", with.clip_norm);
    StateOf::add(std::move(more), with, {.momentum = with.betas.first});
  }

  Tensor updated(std::size_t i, const Tensor& value, const Tensor& gradient) override {
    const AdamOptions& options = options_of(i);
    const double beta2 = options.betas.second;
    const bool decays = options.weight_decay != 0;
    const Tensor g = decays && !decoupled ? gradient + options.weight_decay * value : gradient;
    const Tensor w = decays && decoupled ? value * decay(options, value.dtype()) : value;
    Parameter first = memory(exp_avg, i), second = memory(exp_avg_sq, i);
    const Tensor m = kept(first.value()) + taken(g);
    Tensor v = beta2 * second.value() + (1 - beta2) * (g * g);
    first.assign(m);
    second.assign(v);
    if (options.amsgrad) {
      Parameter largest = memory(max_exp_avg_sq, i);
      v = maximum(largest.value(), v);
      largest.assign(v);
    }
    const auto entry = static_cast<std::int64_t>(i);
    const Tensor root = sqrt(v) * second_correction(beta2, value.dtype())[entry];
    return w - step_size(value.dtype())[entry] * (m / (root + options.eps));
  }

  // The corrections are float64 for weights of any dtype, as in PyTorch: 1 − 0.999 keeps 4 digits in float32.

  /// lr / (1 − β₁ᵗ)
  Tensor step_size(DType dtype) {
    return once("step_size", dtype,
                [&] { return (learning_rate(float64) / (1 - pow(momentum(), t))).to(dtype); });
  }
  /// 1 / √(1 − β₂ᵗ)
  Tensor second_correction(double beta2, DType dtype) {
    return once("second_correction", dtype,
                [&] { return (1 / sqrt(1 - pow(tensor(beta2, {.dtype = float64}), t))).to(dtype); });
  }
  Tensor decay(const AdamOptions& options, DType dtype) {
    return once("decay", dtype,
                [&] { return (1 - learning_rate(float64) * options.weight_decay).to(dtype); });
  }
};

AdamState& state_of(const Optimizer& optimizer) { return static_cast<AdamState&>(optimizer.state()); }

AdamOptions as_adams(const AdamWOptions& options) {
  return {.lr = options.lr,
          .betas = options.betas,
          .eps = options.eps,
          .weight_decay = options.weight_decay,
          .amsgrad = options.amsgrad,
          .maximize = options.maximize,
          .clip_norm = options.clip_norm};
}

/// The optimizer's own options, but for what the group says.
AdamOptions merged(AdamOptions options, const AdamGroup& group) {
  options.lr = group.lr.value_or(options.lr);
  options.betas = group.betas.value_or(options.betas);
  options.eps = group.eps.value_or(options.eps);
  options.weight_decay = group.weight_decay.value_or(options.weight_decay);
  options.amsgrad = group.amsgrad.value_or(options.amsgrad);
  options.maximize = group.maximize.value_or(options.maximize);
  options.clip_norm = group.clip_norm.value_or(options.clip_norm);
  return options;
}

}  // namespace

Adam::Adam(std::vector<Parameter> parameters, AdamOptions options)
    : Optimizer(std::make_shared<AdamState>(false)) {
  state_of(*this).add(std::move(parameters), options);
}
void Adam::add_param_group(std::vector<Parameter> parameters, AdamGroup options) const {
  AdamState& state = state_of(*this);
  state.add(std::move(parameters), merged(state.options_by_group[0], options));
}

AdamW::AdamW(std::vector<Parameter> parameters, AdamWOptions options)
    : Optimizer(std::make_shared<AdamState>(true)) {
  state_of(*this).add(std::move(parameters), as_adams(options));
}
void AdamW::add_param_group(std::vector<Parameter> parameters, AdamGroup options) const {
  AdamState& state = state_of(*this);
  state.add(std::move(parameters), merged(state.options_by_group[0], options));
}

}  // namespace hindsight::optim
