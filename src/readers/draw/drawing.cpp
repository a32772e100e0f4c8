// A graph as nodes with places: each below all that it is made of, and near the middle of these.
#include <algorithm>
#include <numeric>

#include <hindsight/autodiff.hpp>
#include <hindsight/draw.hpp>
#include <hindsight/graph.hpp>
#include <hindsight/op.hpp>

#include "base/format.hpp"

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

void lay_out(Drawing& drawing) {
  std::vector<std::vector<std::size_t>> made_of(drawing.nodes.size());
  for (const Arrow& arrow : drawing.arrows) {
    made_of[arrow.to].push_back(arrow.from);
    drawing.nodes[arrow.to].layer =
        std::max(drawing.nodes[arrow.to].layer, drawing.nodes[arrow.from].layer + 1);
  }
  std::vector<std::vector<std::size_t>> layers;
  for (std::size_t i = 0; i < drawing.nodes.size(); ++i) {
    if (drawing.nodes[i].layer >= layers.size()) layers.resize(drawing.nodes[i].layer + 1);
    layers[drawing.nodes[i].layer].push_back(i);
  }
  std::vector<double> middle(drawing.nodes.size(), 0);
  for (std::vector<std::size_t>& layer : layers) {
    for (const std::size_t node : layer) {
      double sum = 0;
      for (const std::size_t input : made_of[node]) sum += static_cast<double>(drawing.nodes[input].column);
      if (!made_of[node].empty()) middle[node] = sum / static_cast<double>(made_of[node].size());
    }
    std::stable_sort(layer.begin(), layer.end(),
                     [&](std::size_t a, std::size_t b) { return middle[a] < middle[b]; });
    for (std::size_t column = 0; column < layer.size(); ++column)
      drawing.nodes[layer[column]].column = column;
  }
}

Drawing drawing_of(const Graph& graph, const std::vector<Tensor>& gradients) {
  Drawing drawing;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const Tensor& tensor = graph[i];
    const bool named = tensor.is_leaf() && !tensor.name().empty();
    drawing.nodes.push_back(
        {named              ? tensor.name()
         : tensor.is_leaf() ? "constant"
                            : std::string(tensor.op().name),
         tensor.module_path(), tensor.shape(), shortened(tensor.array()),
         gradients.empty() || !gradients[i].defined() ? "" : shortened(gradients[i].array()),
         tensor.is_leaf(), tensor.requires_grad(), 0, 0});
    for (const std::size_t input : graph.inputs(i)) drawing.arrows.push_back({input, i});
  }
  lay_out(drawing);
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
  return drawing_of(Graph::of(grad(output, inputs, {.create_graph = true})), {});
}

}  // namespace hindsight::draw
