#pragma once
#include <string>
#include <vector>

#include <hindsight/tensor.hpp>

/// A reader that draws graphs: nodes and arrows as data, and as DOT (Graphviz), SVG and JSON.
namespace hindsight::draw {

struct Node {
  /// A leaf's name, else the operation's.
  std::string name;
  /// The module that it stands in, "" outside modules: nodes are grouped by it.
  std::string module;
  Shape shape;
  /// What the operation was told besides its inputs: "axes=[0], keepdim=false".
  std::string attributes;
  /// The numbers as they print, shortened; the gradient of the output by them, empty where none flows.
  std::string value, gradient;
  /// All of them in row-major order, for to_json(); empty where there are more than `most_numbers`.
  std::vector<double> values, gradients;
  static constexpr std::int64_t most_numbers = 4096;
  /// In the graph of gradients: of what this is the gradient, empty where it is none that was asked for.
  std::string gradient_of;
  bool is_leaf = false;
  bool requires_grad = false;
  /// The row that it stands in, counted from the top: below all that it is made of.
  std::size_t layer = 0;
};

struct Arrow {
  std::size_t from, to;
  /// As which of the inputs of `to`, counted from 0, of how many.
  std::size_t input = 0, inputs = 1;
};

/// In topological order: arrows lead to later nodes.
struct Drawing {
  std::vector<Node> nodes;
  std::vector<Arrow> arrows;
};

/// The graph that `output` was computed by; with gradients when it is a scalar that requires them.
Drawing forward(const Tensor& output);
/// The graph of the gradients of a scalar: the forward pass and, behind it, what the derivatives of its
/// operations compute. Gradients of inputs that have a name are called after it. Throws ShapeError when
/// `output` is no scalar.
Drawing backward(const Tensor& output, const std::vector<Tensor>& inputs);

std::string to_dot(const Drawing& drawing);
/// Layers from top to bottom, in boxes that do not overlap and that no arrow crosses; a frame around each
/// module whose nodes stand together.
std::string to_svg(const Drawing& drawing);
/// With the nodes of each module as a group, which a viewer may fold, and all numbers of nodes that have not
/// too many.
std::string to_json(const Drawing& drawing);

}  // namespace hindsight::draw
