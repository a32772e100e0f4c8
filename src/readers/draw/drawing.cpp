// A graph as nodes in layers: each below all that it is made of.
#include <algorithm>

#include <hindsight/autodiff.hpp>
#include <hindsight/draw.hpp>
#include <hindsight/graph.hpp>
#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "graph/history.hpp"

namespace hindsight::draw {
namespace {

/// A scalar's digits, or the first few numbers.
std::string shortened(const Array& array) {
  constexpr std::int64_t most = 3;
  std::string text;
  for (std::int64_t i = 0; i < std::min(most, array.elements()); ++i)
    text += formatted("{}{:.4g}", i ? ", " : "", array.at(i) + 0.0);
  if (array.elements() > most) text += ", …";
  return array.rank() ? "[" + text + "]" : text;
}

std::vector<double> numbers(const Array& array) {
  std::vector<double> all;
  for (std::int64_t i = 0; i < array.elements() && array.elements() <= Node::most_numbers; ++i)
    all.push_back(array.at(i));
  return all;
}

/// Each node as late as what it is needed for allows, so that a weight stands by its layer.
void set_layers(Drawing& drawing) {
  auto& nodes = drawing.nodes;
  for (const Arrow& arrow : drawing.arrows)
    nodes[arrow.to].layer = std::max(nodes[arrow.to].layer, nodes[arrow.from].layer + 1);
  std::vector<std::size_t> latest(nodes.size(), Graph::none);
  // From the last arrow back: all that lead away from a node come behind those that lead to it.
  for (std::size_t i = drawing.arrows.size(); i-- > 0;) {
    const Arrow& arrow = drawing.arrows[i];
    if (latest[arrow.to] != Graph::none) nodes[arrow.to].layer = latest[arrow.to];
    latest[arrow.from] = std::min(latest[arrow.from], nodes[arrow.to].layer - 1);
  }
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (latest[i] != Graph::none) nodes[i].layer = latest[i];
}

Drawing drawing_of(const Graph& graph, const std::vector<Tensor>& gradients) {
  Drawing drawing;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const Tensor& tensor = graph[i];
    const bool named = tensor.is_leaf() && !tensor.name().empty();
    const bool has_gradient = !gradients.empty() && gradients[i].defined();
    drawing.nodes.push_back(
        {.name = named              ? tensor.name()
                 : tensor.is_leaf() ? "constant"
                                    : std::string(tensor.op().name),
         .module = tensor.module_path(),
         .shape = tensor.shape(),
         .attributes = tensor.attributes().str(),
         .value = shortened(tensor.array()),
         .gradient = has_gradient ? shortened(gradients[i].array()) : "",
         .values = numbers(tensor.array()),
         .gradients = has_gradient ? numbers(gradients[i].array()) : std::vector<double>(),
         .gradient_of = "",
         .is_leaf = tensor.is_leaf(),
         .requires_grad = tensor.requires_grad()});
    const auto inputs = graph.inputs(i);
    for (std::size_t k = 0; k < inputs.size(); ++k)
      drawing.arrows.push_back({inputs[k], i, k, inputs.size()});
  }
  set_layers(drawing);
  return drawing;
}

}  // namespace

Drawing forward(const Tensor& output) {
  const Graph graph = Graph::of(output);
  if (output.elements() != 1 || !output.requires_grad()) return drawing_of(graph, {});
  std::vector<Tensor> wanted;
  for (const Tensor& node : graph.nodes())
    if (node.requires_grad()) wanted.push_back(node);
  const std::vector<Tensor> found = grad(output, wanted);
  std::vector<Tensor> gradients(graph.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) gradients[graph.index_of(wanted[i])] = found[i];
  return drawing_of(graph, gradients);
}

Drawing backward(const Tensor& output, const std::vector<Tensor>& inputs) {
  const EnableGrad enable;
  const KeepHistory keep;
  const std::vector<Tensor> gradients = grad(output, inputs, {.create_graph = true});
  const Graph graph = Graph::of(gradients);
  Drawing drawing = drawing_of(graph, {});
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    std::string& of = drawing.nodes[graph.index_of(gradients[i])].gradient_of;
    if (!inputs[i].name().empty()) of += (of.empty() ? "" : ", ") + inputs[i].name();
  }
  return drawing;
}

}  // namespace hindsight::draw
