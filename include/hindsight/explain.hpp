#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hindsight/document.hpp>
#include <hindsight/op.hpp>

/// Readers that say in words, formulas and numbers why a value or a gradient is what it is.
namespace hindsight::explain {

/// An expression read as a graph of operations. Every value is a float64 scalar.
struct Expression {
  std::string text;
  Tensor value;
  /// The variables that occur, in the order of their names.
  std::vector<std::pair<std::string, Tensor>> variables;
};

/// Reads "(3x+1)^2", "sin(x)/x", "maximum(a, b) * exp(-t)" at the given point. Every elementwise operation
/// that is known by name can be called, registered ones included; 3x and 2(x+1) multiply; pi and e are
/// numbers. Throws ParseError that points at the character, ValueError for a variable without a value.
Expression read_expression(std::string_view text, const std::map<std::string, double>& at);

/// Reads "delta_z1^T @ x" or "sum(delta_z1, axes=[0])", a formula of tensors as derivation() writes it: as
/// above, and with @ and ^T of matrices, operations that are not elementwise, and their attributes by name (a
/// switch is off and a reduction over all axes where nothing is said). Operations that nobody has registered
/// are known by `examples`, nodes that they made. Throws ParseError.
Tensor read_formula(std::string_view text, const std::map<std::string, Tensor>& variables,
                    std::span<const Tensor> examples = {});

/// One node of the graph, with what the operation says about its derivative.
struct Link {
  std::size_t input;       // the node that it is the derivative by
  std::string derivative;  // as a formula: "2 * u2"
  double value;
};
struct Node {
  std::string name;     // "u2", unless a variable has that name; a variable's own name; a constant's digits
  std::string formula;  // in terms of the inputs' names: "u1 + 1"; empty for leaves
  std::string words;    // what the operation does
  double value;
  double gradient;  // of the result by this node
  std::vector<Link> links;
  bool is_variable = false;
  bool bends = false;  // its operation has a kink at the inputs' values
};

/// A way from the result down to a variable: its links multiply.
struct Path {
  std::vector<std::pair<std::size_t, std::size_t>> links;  // (node, index of the link)
  double product;
};

struct Derivative {
  std::string variable;
  double value;
  /// A central difference of the fourth order, its distance from `value`, and how far it may be off itself.
  double numerical;
  double difference;
  double uncertainty;
  /// Why the difference says nothing: "x is at the edge of the domain". Empty when it does.
  std::string doubt;
  /// The difference says something, and the same as `value`.
  bool agrees;
  /// `value` is 0 but for the rounding of what cancels in it.
  bool is_rounding = false;
  /// The slopes to the left and to the right are not the same: f has a kink here.
  bool is_kink = false;
  double left = 0, right = 0;
  /// The first step on the way to the variable that bends at this point: "u1 = abs(x)". Empty where none
  /// does.
  std::string bend = {};
  /// The derivative as a formula, simplified: "18x + 6". It is read from the derivatives that the operations
  /// state, written in operations. Empty where it would be too long to be read.
  std::string formula = {};
  /// The formula holds on this side of a bend only, as that of maximum(x, y) does.
  bool of_one_side = false;
  /// Of a polynomial: the derivative of its expanded form, term by term. Empty for anything else.
  std::string term_by_term = {};
  /// Every way to the variable, the largest first; the products add up to `value`. When there are more than
  /// `most_paths`, the largest `listed_of_many`.
  std::vector<Path> paths = {};
  double path_count = 0;  // (a double: they may double with each step)
  static constexpr std::size_t most_paths = 64, listed_of_many = 10;
  /// What the others add up to.
  double rest() const;
};

/// The chain rule at work: forward values, local derivatives, and their products along every path.
struct Chain {
  std::string expression;
  std::vector<std::pair<std::string, double>> at;
  std::vector<Node> nodes;  // in the order of the forward pass; the last is the result
  std::vector<Derivative> derivatives;
  /// What the result is called: "f", unless a variable is.
  std::string result = "f";
  /// A polynomial multiplied out: "9x^2 + 6x + 1". Empty for anything else.
  std::string expanded = {};
  double value() const { return nodes.back().value; }
};

/// Throws ValueError where a step of the expression is infinite or NaN at the point: nothing follows from it.
Chain chain_rule(const Expression& expression);
/// The same refusal alone.
void require_finite(const Expression& expression);
std::string to_text(const Chain& chain);
/// The same one node at a time, forward and then backward, with the graph and what is known of it beside each
/// step.
std::string to_steps(const Chain& chain);

/// A central difference with the step h, and its distance from the derivative.
struct StepError {
  double h;
  double error;
};
/// How the error of (f(x + h) − f(x − h)) / 2h depends on h, by one variable, from 0.5 down to 2⁻⁴⁴ times the
/// size of x: large steps truncate, as h², and small ones round, as ε/h.
std::vector<StepError> errors_by_step(const Expression& expression, const std::string& variable);
/// The same drawn in characters.
std::string to_text(const std::vector<StepError>& errors);
/// Those by several variables as a picture (SVG) with logarithmic axes; errors of 0 are left out.
struct Curve {
  std::string variable;
  std::vector<StepError> errors;
};
std::string to_svg(const std::vector<Curve>& curves);
std::string to_json(const Chain& chain);
Document document(const Chain& chain);
/// What differences say of a derivative: "checked numerically: 42 (difference 0.0e+00)".
std::string verdict(const Derivative& derivative);
/// The formula of a computed node, from the operations' own text; `names` stops at nodes that have one. It
/// can be read by read_formula(); broadcasts are not written where reading makes them again.
std::string formula(const Tensor& node, const std::map<std::uint64_t, std::string>& names);

/// What an operation says about its derivative by one input.
struct StatedDerivative {
  std::string input;
  /// In the inputs' names, with f for the value and, where it is a cotangent, g for that of the value.
  std::string formula;
  /// The derivative itself, and not the cotangent that is handed on.
  bool is_partial;
};
/// Those of `op` under a sample's attributes and, where it is not elementwise, for inputs of its shapes.
std::vector<StatedDerivative> stated_derivatives(const Op& op, const Sample& sample,
                                                 std::span<const std::string> names);

}  // namespace hindsight::explain
