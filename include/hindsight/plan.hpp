#pragma once
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <hindsight/nn/module.hpp>
#include <hindsight/optim/optimizer.hpp>
#include <hindsight/tensor.hpp>

namespace hindsight {

struct CompileOptions {
  /// Keep the gradients of every step readable by Parameter::grad(); otherwise asking for them is an error.
  bool keep_grads = false;
  /// Run every so many steps, the first included, once more in eager float64 and compare (see audit()); 0
  /// never does. An audited step costs as much as an eager one.
  std::int64_t audit_every = 0;
};

/// How far audited steps were from the same steps in eager float64.
struct AuditReport {
  std::int64_t steps = 0;
  /// The largest difference of an output or a new parameter, relative to the largest number of its tensor.
  double largest = 0;
  /// Where that was: "\"0.weight\"[3]"; empty when nothing differed.
  std::string where = {};
};

/// What one run of a compiled step costs.
struct PlanCost {
  /// Floating-point operations: two for each multiply-add of a product, one for each element of anything
  /// else.
  double flops = 0;
  /// Fixed buffers, and the most memory that a run has in use: weights and optimizer state included.
  std::int64_t buffers = 0, bytes = 0;
};

/// A captured step: the graph of forward, loss, backward and update, recorded once for each combination of
/// input shapes, dtypes, modes and frozen parameters, and replayed from then on. Learning rates and the like
/// are read anew at each run. A C++ number that the step used would freeze silently, so the second call
/// records again and compares: a difference is a StateError that names the node.
class Plan {
 public:
  using Step = std::function<std::vector<Tensor>(std::span<const Tensor>)>;

  explicit Plan(Step step, CompileOptions options = {});

  /// Runs the step: parameters move, outputs come back as leaves.
  std::vector<Tensor> run(std::span<const Tensor* const> inputs);
  /// The same, giving only the number that is the first output.
  double run_to_scalar(std::span<const Tensor* const> inputs);
  /// What is executed, one line a step.
  std::string describe() const;
  const AuditReport& audit() const;
  /// Of the combination of types that ran last. Throws StateError before the first run.
  PlanCost cost() const;

  /// A step of one input and one output for one type of input.
  class OnNumbers;
  OnNumbers on_numbers(const Shape& input, DType dtype) const;

 private:
  struct Variant;
  struct State;
  std::shared_ptr<State> state_;
};

class Plan::OnNumbers {
 public:
  /// From row-major numbers to row-major numbers, without making anything. Throws ShapeError when there are
  /// not as many as the shapes have.
  void run(const void* input, std::size_t inputs, void* output, std::size_t outputs);
  const Shape& input_shape() const noexcept { return input_.shape; }
  const Shape& output_shape() const noexcept { return output_; }

 private:
  friend class Plan;
  OnNumbers(std::shared_ptr<State> state, TensorType input);

  std::shared_ptr<State> state_;
  Variant* last_ = nullptr;  // the state's
  TensorType input_;
  Shape output_;
  std::size_t inputs_, outputs_;
};

namespace detail {

/// loss, backward and update of one step.
void update(const Tensor& loss, const optim::Optimizer& optimizer);
[[noreturn]] void wrong_input_count(std::size_t expected, std::size_t given);

/// The number of tensors that `F` is called with, up to six.
template <class F, class... T>
constexpr std::size_t tensor_arity() {
  constexpr bool fits = sizeof...(T) > 0 && std::is_invocable_v<F, T...>;
  static_assert(fits || sizeof...(T) < 6, "a compiled step is a function of one to six tensors");
  if constexpr (fits || sizeof...(T) == 6)
    return sizeof...(T);
  else
    return tensor_arity<F, T..., const Tensor&>();
}

template <class F, std::size_t... I>
auto call(F& function, std::span<const Tensor> inputs, std::index_sequence<I...>) {
  if (inputs.size() != sizeof...(I)) wrong_input_count(sizeof...(I), inputs.size());
  return function(inputs[I]...);
}

}  // namespace detail

/// A compiled training step: called with inputs it runs forward, loss, backward and update, and gives the
/// loss as a double, or all outputs when the function gave several, of which the first is the loss.
template <bool Several>
class CompiledStep {
 public:
  explicit CompiledStep(Plan plan) : plan_(std::move(plan)) {}

  template <std::same_as<Tensor>... T>
  auto operator()(const T&... inputs) {
    const Tensor* const list[] = {&inputs...};
    if constexpr (Several)
      return plan_.run(list);
    else
      return plan_.run_to_scalar(list);
  }
  std::string describe() const { return plan_.describe(); }
  PlanCost cost() const { return plan_.cost(); }
  /// What the audits of CompileOptions::audit_every have found so far.
  const AuditReport& audit() const { return plan_.audit(); }

 private:
  Plan plan_;
};

/// Compiles `loss_of(inputs...)`, a function from tensors to a scalar loss, or to a vector of tensors that
/// begins with it, together with its gradients and the optimizer's update.
template <class F>
auto compile(F loss_of, const optim::Optimizer& optimizer, CompileOptions options = {}) {
  constexpr std::size_t arity = detail::tensor_arity<F>();
  constexpr auto indices = std::make_index_sequence<arity>();
  constexpr bool several =
      std::is_convertible_v<decltype(detail::call(loss_of, {}, indices)), std::vector<Tensor>>;
  const auto step = [loss_of = std::move(loss_of), optimizer](std::span<const Tensor> inputs) mutable {
    std::vector<Tensor> outputs{detail::call(loss_of, inputs, std::make_index_sequence<arity>())};
    detail::update(outputs.at(0), optimizer);
    return outputs;
  };
  return CompiledStep<several>(Plan(step, options));
}

/// Inference for inputs of one shape, on plain numbers. It follows the model's weights, and allocates
/// nothing.
template <class T>
class InferenceOnNumbers {
 public:
  explicit InferenceOnNumbers(Plan::OnNumbers plan) : plan_(std::move(plan)) {}

  const Shape& input_shape() const noexcept { return plan_.input_shape(); }
  const Shape& output_shape() const noexcept { return plan_.output_shape(); }
  /// Both row-major. Throws ShapeError when the numbers do not fill the shapes.
  void operator()(std::span<const T> input, std::span<T> output) {
    plan_.run(input.data(), input.size(), output.data(), output.size());
  }

 private:
  Plan::OnNumbers plan_;
};

/// Compiles inference: called like the model, it gives the model's output.
class CompiledModel {
 public:
  explicit CompiledModel(const nn::Module& model);
  template <std::same_as<Tensor>... T>
  Tensor operator()(const T&... inputs) {
    const Tensor* const list[] = {&inputs...};
    return plan_.run(list)[0];
  }
  /// For calls that are so short that making a tensor would be most of them:
  /// `auto predict = infer.on_numbers<float>({1, 2}); predict(x, y);`
  template <class T>
  InferenceOnNumbers<T> on_numbers(const Shape& input) const {
    return InferenceOnNumbers<T>(plan_.on_numbers(input, dtype_of<T>()));
  }
  std::string describe() const { return plan_.describe(); }
  PlanCost cost() const { return plan_.cost(); }

 private:
  Plan plan_;
};
inline CompiledModel compile(const nn::Module& model) { return CompiledModel(model); }

}  // namespace hindsight
