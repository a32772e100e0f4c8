#include <hindsight/autodiff.hpp>
#include <hindsight/error.hpp>
#include <hindsight/plan.hpp>

#include "base/format.hpp"
#include "graph/mode.hpp"
#include "graph/parameter_state.hpp"
#include "plan/recording.hpp"
#include "plan/replay.hpp"

namespace hindsight {
namespace {

/// A recording and what it holds for.
struct Variant {
  std::vector<TensorType> inputs;
  bool grad;
  std::vector<std::pair<Parameter, bool>> requires_grad;
  Recording recording;     // as the step ran: what a second capture is compared with
  Recording rewritten;     // as it is computed
  bool confirmed = false;  // by a second capture that gave the same

  bool fits(std::span<const TensorType> types) const {
    if (!std::equal(types.begin(), types.end(), inputs.begin(), inputs.end()) || grad != grad_enabled())
      return false;
    return std::all_of(requires_grad.begin(), requires_grad.end(),
                       [](const auto& entry) { return entry.first.requires_grad() == entry.second; });
  }
};

}  // namespace

struct Plan::State {
  Step step;
  CompileOptions options;
  std::vector<Variant> variants;

  Variant& variant_for(std::span<const Tensor> inputs) {
    std::vector<TensorType> types;
    for (const Tensor& input : inputs) types.push_back(input.array().type());
    for (Variant& variant : variants)
      if (variant.fits(types)) {
        if (!variant.confirmed) confirm(variant);
        return variant;
      }
    Variant variant{types, grad_enabled(), {}, Recording::of(step, types), {}};
    variant.rewritten = variant.recording.rewritten();
    for (const auto& source : variant.recording.sources)
      if (source && source->parameter.defined())
        variant.requires_grad.emplace_back(source->parameter, source->parameter.requires_grad());
    return variants.emplace_back(std::move(variant));
  }

  void confirm(Variant& variant) {
    const std::string difference = variant.recording.difference(Recording::of(step, variant.inputs));
    if (!difference.empty())
      fail<StateError>(
          "a compiled step must be the same at every call, and this one changed: {}. A C++ number or a "
          "tensor made inside "
          "the step is frozen when it is recorded: pass what changes as an input",
          difference);
    variant.confirmed = true;
  }
};

Plan::Plan(Step step, CompileOptions options)
    : state_(std::make_shared<State>(State{std::move(step), options, {}})) {}

std::vector<Tensor> Plan::run(std::span<const Tensor> inputs) {
  if (mode().capture)
    throw StateError(
        "a compiled step was called while another step is being captured: call the plain function there");
  const Variant& variant = state_->variant_for(inputs);
  const Recording& recording = variant.rewritten;
  const std::vector<Array> values = replay(recording, inputs);

  std::vector<Tensor> outputs;
  for (const std::size_t output : recording.outputs) outputs.emplace_back(values[output]);
  for (const auto& [parameter, node] : recording.assignments)
    Parameter(parameter).assign(Tensor(values[node]));
  for (const auto& [parameter, node] : recording.gradients) {
    Parameter(parameter).set_grad(state_->options.keep_grads ? Tensor(values[node]) : Tensor());
    parameter.state()->grad_was_fused_away = !state_->options.keep_grads;
  }
  return outputs;
}

std::string Plan::describe() const {
  std::string text;
  for (const Variant& variant : state_->variants) text += describe_replay(variant.rewritten);
  return text.empty() ? "nothing is captured yet: the first call captures\n" : text;
}

namespace detail {

void update(const Tensor& loss, const optim::Optimizer& optimizer) {
  optimizer.zero_grad();
  loss.backward();
  optimizer.step();
}

void wrong_input_count(std::size_t expected, std::size_t given) {
  fail<ValueError>("this compiled step takes {} tensor{}, and got {}", expected, expected == 1 ? "" : "s",
                   given);
}

}  // namespace detail

CompiledModel::CompiledModel(const nn::Module& model)
    : plan_([model](std::span<const Tensor> inputs) {
        const NoGrad no_grad;
        return std::vector<Tensor>{model.layer().forward(inputs)};
      }) {}

}  // namespace hindsight
