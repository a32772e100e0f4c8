#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <hindsight/document.hpp>
#include <hindsight/tensor.hpp>

/// The backpropagation of a network, derived line by line from its graph.
namespace hindsight::explain {

/// What is there before anything is computed: data, weights, constants.
struct Given {
  std::string name;  // "W1"
  std::string what;  // "0.weight", the name that the network gives it
  Shape shape;
};

/// One line: a name, and the formula of what it stands for, in names that come before it.
struct Derived {
  std::string name;    // "z1", "delta_z1" for dL/dz1, "dL/dW1"
  std::string module;  // where the forward pass computes it; of a weight, where it is used
  Shape shape;
  std::string formula;
  /// The same with the shape of each name in its place: "[200, 16]^T @ [200, 2]".
  std::string shapes;
  std::string latex;
  /// What was used: "product rule for matrices", "chain rule through relu".
  std::vector<std::string> rules = {};
  /// Where more than one step at once is shorter, since something cancels: "(a2 - y) / 200", and what that
  /// needs, which holds at these numbers: "maximum(a2, 0) = a2". Else empty.
  std::string cancelled = {};
  std::string cancelled_latex = {};
  std::vector<std::string> here = {};
  /// The largest distance between what the formulas give when they are read back and what was computed,
  /// relative to the largest number.
  double difference = 0;
};

/// What an operation of the network states of itself: Y is its result, G the gradient of the loss by it.
struct Rule {
  std::string formula;                 // "A @ B"
  std::string words;                   // "the matrix product: …"
  std::vector<std::string> gradients;  // "dA = G @ B^T"
};

struct Derivation {
  double loss = 0;
  std::vector<Given> givens;
  std::vector<Derived> forward;
  /// From the loss down; each weight's gradient follows what it is made of.
  std::vector<Derived> backward;
  std::vector<Rule> rules;
  /// The values of all names, and all nodes of both passes: what read_formula() needs.
  std::map<std::string, Tensor> values = {};
  std::vector<Tensor> nodes = {};
  double difference() const;
};

/// Derives the gradients of the scalar that `loss` computes by every weight. Data are called what named()
/// says; weights and what modules hand on get letters: z1 = x @ W1^T + b1, a1 = relu(z1). Formulas are made
/// from the operations' texts and from the derivatives that they state, and each is read back and compared
/// with what was computed. Throws ShapeError when the loss is no scalar, DTypeError unless it is float64,
/// ValueError when it is not finite, and StateError when it depends on no weight.
Derivation derivation(const std::function<Tensor()>& loss);

std::string to_text(const Derivation& derivation);
Document document(const Derivation& derivation);
std::string to_json(const Derivation& derivation);

}  // namespace hindsight::explain
