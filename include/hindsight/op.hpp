#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <hindsight/tensor.hpp>

/// For those who add operations: the facts that an operation states about itself. docs/add_an_operation.md is
/// a walk.
namespace hindsight {

/// The values that an operation is applied to, in order.
class Operands {
 public:
  explicit Operands(std::span<const Array* const> arrays) : arrays_(arrays) {}
  std::size_t size() const noexcept { return arrays_.size(); }
  const Array& operator[](std::size_t i) const noexcept { return *arrays_[i]; }

 private:
  std::span<const Array* const> arrays_;
};

/// Where on an operation's curve an element lies: passing its input on, blocking it, passing it on with the
/// other sign (the left side of |x|), nearly flat, or on the point where the curve bends. The curve bends
/// wherever one regime meets another, but for `saturated`, which is only flat.
enum class Regime : std::uint8_t { active, inactive, reversed, saturated, kink };
std::string_view name(Regime regime);

/// How the operation is written inside a larger formula: how tightly it binds.
enum class Binding : std::uint8_t { sum, product, sign, power, call };

/// One input element that an output element depends on, and the derivative between them.
struct LocalDerivative {
  std::size_t input;
  std::int64_t element;
  double value;
};

/// Inputs on which the automatic proof tries an operation. They avoid the kinks; `regime` names those.
struct Sample {
  std::vector<Tensor> inputs;
  Attributes attributes = {};
};

/// The facts. One constant of this type stands in each room (`src/ops`) and in each operation of a user's
/// own; graphs, gradients, checks, explanations and plans are made from nothing else.
struct Op {
  /// Unique, snake_case: "sigmoid".
  std::string_view name;
  /// LaTeX and plain text, with {0}, {1}, … for the inputs and {exponent} for an attribute: R"(\sigma({0}))",
  /// "sigmoid({0})".
  std::string_view latex;
  std::string_view text;
  /// What it does, in a few words for a learner.
  std::string_view words;
  Binding binding = Binding::call;
  /// The number of inputs; -1 when any number goes.
  int arity = 1;
  /// Element i of the output depends on element i of each input alone.
  bool elementwise = false;

  /// Shape and dtype of the output. Throws ShapeError or DTypeError: no arithmetic has happened yet.
  TensorType (*rule)(Operands inputs, const Attributes& attributes);
  /// Writes the value into `out`, which has the type that `rule` gave and is row-major. Null when `view` is
  /// there.
  void (*forward)(Operands inputs, const Attributes& attributes, Array& out) = nullptr;
  /// The value as a window on the first input; no number is copied.
  Array (*view)(const Array& input, const Attributes& attributes) = nullptr;

  /// An elementwise operation states ∂y/∂xᵢ for each input, written in operations, given the node y; it
  /// follows that the cotangent of xᵢ is cotangent · partial.
  using Partial = Tensor (*)(const Tensor& y);
  std::array<Partial, 3> partials = {};
  /// Any other operation (and where the partial is a mere ±1) states the cotangent of each input, written in
  /// operations, given the node y and its cotangent. Where both are stated, this one is computed, and the
  /// partial explained: a choice and its product with 0 or 1 differ when the cotangent is infinite.
  using Vjp = Tensor (*)(const Tensor& y, const Tensor& cotangent);
  std::array<Vjp, 3> vjps = {};
  /// The same for an operation of any number of inputs (arity -1): the cotangent of input i.
  Tensor (*vjp_of)(const Tensor& y, const Tensor& cotangent, std::size_t i) = nullptr;
  /// The derivatives of one output element, where there is a faster way than a one-hot cotangent.
  std::vector<LocalDerivative> (*local)(const Tensor& y, std::int64_t element) = nullptr;
  /// For elementwise operations with distinct regimes, by the inputs' elements at one position.
  Regime (*regime)(std::span<const double> inputs, const Attributes& attributes) = nullptr;

  std::vector<Sample> (*samples)() = nullptr;
  /// Empty when ONNX has no such operation.
  std::string_view onnx = "";

  bool has_partial(std::size_t input) const { return input < partials.size() && partials[input]; }
  bool has_derivative(std::size_t input) const {
    return vjp_of || has_partial(input) || (input < vjps.size() && vjps[input]);
  }
  /// Comparisons, arg max and the like have no derivative.
  bool is_differentiable() const { return has_derivative(0) || has_derivative(1) || has_derivative(2); }
};

/// Applies `op`: checks the inputs by its rule, computes the value at once (unless a step is being captured),
/// and records the history where gradients are asked for. Throws what the rule throws.
Tensor apply(const Op& op, Inputs inputs, Attributes attributes = {});

/// Every operation: the built-in ones by name, then those that were registered.
std::vector<const Op*> operations();
/// The operation of that name, built in or registered; null when there is none.
const Op* find_operation(std::string_view name);
/// Makes an operation of the user's own known to readers by name (expressions, checks, tables).
/// `op` must live as long as the program. Throws ValueError when the name is taken or a fact is missing.
void register_operation(const Op& op);

/// The cotangent of input i of `y`, by whichever derivative its operation states.
Tensor input_cotangent(const Tensor& y, const Tensor& cotangent, std::size_t i);
/// ∂y[element]/∂(inputs), by the operation's own `local` or, for any operation, from its derivative.
std::vector<LocalDerivative> local_derivatives(const Tensor& y, std::int64_t element);

}  // namespace hindsight
