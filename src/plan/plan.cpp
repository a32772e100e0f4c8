#include <algorithm>
#include <array>

#include <hindsight/autodiff.hpp>
#include <hindsight/error.hpp>
#include <hindsight/plan.hpp>

#include "base/format.hpp"
#include "graph/mode.hpp"
#include "graph/parameter_state.hpp"
#include "plan/audit.hpp"
#include "plan/execution.hpp"
#include "plan/layout_cost.hpp"

namespace hindsight {
namespace {

/// A recording, what it holds for, and how it is run.
struct Variant {
  std::vector<TensorType> inputs;
  bool grad;
  std::vector<std::pair<Parameter, bool>> requires_grad;
  Recording recording;
  std::vector<Parameter> without_gradient;  // whose gradients the step sets and the plan does not keep
  std::unique_ptr<Execution> execution;
  bool confirmed = false;  // by a second capture that gave the same

  bool fits(std::span<const Tensor* const> given) const {
    if (given.size() != inputs.size() || grad != grad_enabled()) return false;
    for (std::size_t i = 0; i < given.size(); ++i) {
      const Array& array = given[i]->array();
      if (array.dtype() != inputs[i].dtype || array.shape() != inputs[i].shape) return false;
    }
    const auto& asked = recording.conditions;
    return std::all_of(requires_grad.begin(), requires_grad.end(),
                       [](const auto& entry) { return entry.first.requires_grad() == entry.second; }) &&
           std::all_of(asked.begin(), asked.end(),
                       [](const auto& condition) { return *condition.now == condition.then; });
  }
};

std::unique_ptr<Execution> execution_of(const Recording& recording) {
  std::string reason;
  if (const auto batch = Batch::of(recording, reason)) {
    using Layout = std::unique_ptr<Execution> (*)(const Recording&, const Batch&, std::string&);
    std::array<Layout, 2> layouts = {run_narrow, run_wide};
    if (!is_cheaper_in_lanes(recording, *batch)) std::swap(layouts[0], layouts[1]);
    for (const Layout run : layouts)
      if (auto execution = run(recording, *batch, reason)) return execution;
  }
  return replay(recording, reason);
}

}  // namespace

struct Plan::State {
  Step step;
  CompileOptions options;
  std::vector<std::unique_ptr<Variant>> variants;

  Variant& variant_for(std::span<const Tensor* const> inputs) {
    for (const auto& variant : variants)
      if (variant->fits(inputs)) {
        if (!variant->confirmed) confirm(*variant);
        return *variant;
      }
    variants.push_back(made_for(inputs));
    return *variants.back();
  }

  std::unique_ptr<Variant> made_for(std::span<const Tensor* const> inputs) {
    std::vector<TensorType> types;
    for (const Tensor* input : inputs) types.push_back(input->array().type());
    auto variant = std::make_unique<Variant>();
    variant->inputs = types;
    variant->grad = grad_enabled();
    variant->recording = Recording::of(step, types);
    for (const auto& source : variant->recording.sources)
      if (source && source->parameter.defined())
        variant->requires_grad.emplace_back(source->parameter, source->parameter.requires_grad());
    Recording rewritten = variant->recording;
    if (!options.keep_grads) {
      for (const auto& [parameter, node] : rewritten.gradients)
        variant->without_gradient.push_back(parameter);
      rewritten.gradients.clear();
    }
    variant->execution = execution_of(rewritten.rewritten());
    return variant;
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

  const Execution& run(std::span<const Tensor* const> inputs) {
    if (mode().capture)
      throw StateError(
          "a compiled step was called while another step is being captured: call the plain function there");
    Variant& variant = variant_for(inputs);
    if (options.audit_every > 0 && steps++ % options.audit_every == 0)
      run_audited(variant, inputs);
    else
      variant.execution->run(inputs);
    for (const Parameter& parameter : variant.without_gradient) {
      parameter.state()->grad = Tensor();
      parameter.state()->grad_was_fused_away = true;
    }
    last = &variant;
    return *variant.execution;
  }

  void run_audited(Variant& variant, std::span<const Tensor* const> inputs) {
    const Audit audit(variant.recording, inputs);
    variant.execution->run(inputs);
    std::vector<Tensor> outputs;
    for (std::size_t i = 0; i < variant.recording.outputs.size(); ++i)
      outputs.emplace_back(variant.execution->output(i));
    audit.compare(outputs, report);
  }

  Variant* last = nullptr;
  std::int64_t steps = 0;
  AuditReport report;
};

Plan::Plan(Step step, CompileOptions options) : state_(std::make_shared<State>()) {
  state_->step = std::move(step);
  state_->options = options;
}

std::vector<Tensor> Plan::run(std::span<const Tensor* const> inputs) {
  const Execution& execution = state_->run(inputs);
  std::vector<Tensor> outputs;
  for (std::size_t i = 0; i < state_->last->recording.outputs.size(); ++i)
    outputs.emplace_back(execution.output(i));
  return outputs;
}

double Plan::run_to_scalar(std::span<const Tensor* const> inputs) {
  return state_->run(inputs).scalar_output(0);
}

const AuditReport& Plan::audit() const { return state_->report; }

std::string Plan::describe() const {
  std::string text;
  for (const auto& variant : state_->variants) text += variant->execution->describe();
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
