#include <array>
#include <cstring>

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

std::size_t bytes_of(const Array& array) {
  return static_cast<std::size_t>(array.elements()) * size_of(array.dtype());
}

}  // namespace

/// A recording, what it holds for, and how it is run.
struct Plan::Variant {
  std::vector<TensorType> inputs;
  bool grad;
  std::vector<std::pair<Parameter, bool>> requires_grad;
  Recording recording;
  std::vector<Parameter> without_gradient;  // whose gradients the step sets and the plan does not keep
  std::unique_ptr<Execution> execution;
  bool confirmed = false;  // by a second capture that gave the same

  bool fits(std::span<const Tensor* const> given) const {
    if (given.size() != inputs.size()) return false;
    for (std::size_t i = 0; i < given.size(); ++i) {
      const Array& array = given[i]->array();
      if (array.dtype() != inputs[i].dtype || array.shape() != inputs[i].shape) return false;
    }
    return holds();
  }
  bool holds() const {
    if (grad != mode().grad) return false;
    for (const auto& [parameter, then] : requires_grad)
      if (parameter.requires_grad() != then) return false;
    for (const auto& condition : recording.conditions)
      if (*condition.now != condition.then) return false;
    return true;
  }
};

namespace {

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
    std::vector<TensorType> types;
    for (const Tensor* input : inputs) types.push_back(input->array().type());
    variants.push_back(made_for(types));
    return *variants.back();
  }

  Variant& variant_for(const TensorType& input) {
    for (const auto& variant : variants)
      if (variant->inputs.size() == 1 && variant->inputs[0].dtype == input.dtype &&
          variant->inputs[0].shape == input.shape && variant->holds()) {
        if (!variant->confirmed) confirm(*variant);
        return *variant;
      }
    variants.push_back(made_for({input}));
    return *variants.back();
  }

  std::unique_ptr<Variant> made_for(const std::vector<TensorType>& types) {
    auto variant = std::make_unique<Variant>();
    variant->inputs = types;
    variant->grad = grad_enabled();
    variant->recording = Recording::of(step, types);
    // What is frozen changes what a step moves, and nothing for one that moves nothing.
    const bool moves = !variant->recording.assignments.empty() || !variant->recording.gradients.empty();
    for (const auto& source : variant->recording.sources)
      if (moves && source && source->parameter.defined())
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

Plan::OnNumbers Plan::on_numbers(const Shape& input, DType dtype) const { return {state_, {input, dtype}}; }

Plan::OnNumbers::OnNumbers(std::shared_ptr<State> state, TensorType input)
    : state_(std::move(state)), input_(std::move(input)) {
  const Recording& recording = state_->variant_for(input_).recording;
  const Tensor& output = recording.graph[recording.outputs.at(0)];
  if (output.dtype() != input_.dtype)
    fail<DTypeError>("this step makes {} numbers of {} ones: call it with a tensor", name(output.dtype()),
                     name(input_.dtype));
  output_ = output.shape();
  inputs_ = static_cast<std::size_t>(input_.shape.elements());
  outputs_ = static_cast<std::size_t>(output_.elements());
}

void Plan::OnNumbers::run(const void* input, std::size_t inputs, void* output, std::size_t outputs) {
  if (inputs != inputs_ || outputs != outputs_) {
    const bool is_input = inputs != inputs_;
    fail<ShapeError>("this inference takes an {} of shape {}, {} numbers, and got {}",
                     is_input ? "input" : "output", (is_input ? input_.shape : output_).str(),
                     is_input ? inputs_ : outputs_, is_input ? inputs : outputs);
  }
  if (!last_ || !last_->holds()) last_ = &state_->variant_for(input_);
  if (last_->execution->run_on_numbers(input, output)) return;
  Array given(input_.shape, input_.dtype);
  std::memcpy(given.mutable_data<std::byte>(), input, bytes_of(given));
  const Tensor tensor(given);
  const Tensor* const list[] = {&tensor};
  last_->execution->run(list);
  const Array result = last_->execution->output(0).contiguous();
  const auto first = static_cast<std::size_t>(result.offset()) * size_of(result.dtype());
  std::memcpy(output, reinterpret_cast<const std::byte*>(result.storage().data()) + first, bytes_of(result));
}

const AuditReport& Plan::audit() const { return state_->report; }

PlanCost Plan::cost() const {
  if (!state_->last) throw StateError("a compiled step has no cost before its first run, which captures it");
  return state_->last->execution->cost();
}

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
