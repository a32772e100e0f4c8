#include "plan/replay.hpp"

#include <hindsight/op.hpp>

#include "base/format.hpp"

namespace hindsight {
namespace {

using Kind = Recording::Source::Kind;

Array leaf_value(const Recording& recording, std::size_t node, std::span<const Tensor> inputs) {
  const Recording::Source& source = *recording.sources[node];
  switch (source.kind) {
    case Kind::input:
      return inputs[source.which].array();
    case Kind::scalar:
      return Array::full({}, recording.scalars[source.which].read(), recording.graph[node].dtype());
    case Kind::parameter:
      return source.parameter.value().array();
    default:
      return recording.graph[node].array();
  }
}

/// For each node, the last node that reads it; results are never let go.
std::vector<std::size_t> last_uses(const Recording& recording) {
  std::vector<std::size_t> last(recording.graph.size(), 0);
  for (std::size_t i = 0; i < recording.graph.size(); ++i)
    for (const std::size_t input : recording.graph.inputs(i)) last[input] = i;
  const auto keep = [&](std::size_t node) { last[node] = Graph::none; };
  for (const std::size_t output : recording.outputs) keep(output);
  for (const auto& [parameter, node] : recording.assignments) keep(node);
  for (const auto& [parameter, node] : recording.gradients) keep(node);
  return last;
}

}  // namespace

std::vector<Array> replay(const Recording& recording, std::span<const Tensor> inputs) {
  const Graph& graph = recording.graph;
  const std::vector<std::size_t> last_use = last_uses(recording);
  std::vector<Array> values(graph.size());
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (recording.sources[i]) {
      values[i] = leaf_value(recording, i, inputs);
      continue;
    }
    const Tensor& node = graph[i];
    InlineVector<const Array*, 4> operands;
    for (const std::size_t input : graph.inputs(i)) operands.push_back(&values[input]);
    if (node.op().view) {
      values[i] = node.op().view(*operands[0], node.attributes());
    } else {
      values[i] = Array(node.shape(), node.dtype());
      node.op().forward(Operands(operands), node.attributes(), values[i]);
    }
    for (const std::size_t input : graph.inputs(i))
      if (last_use[input] == i) values[input] = Array();
  }
  return values;
}

std::string describe_replay(const Recording& recording) {
  const Graph& graph = recording.graph;
  std::string text = formatted("{} nodes, replayed operation by operation\n", graph.size());
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const Tensor& node = graph[i];
    if (recording.sources[i]) {
      static constexpr const char* kinds[] = {"input", "scalar input", "parameter", "constant"};
      text += formatted("%{} = {} {} {}\n", i, kinds[static_cast<int>(recording.sources[i]->kind)],
                        node.shape().str(), node.name());
      continue;
    }
    text += formatted("%{} = {} {}", i, node.op().name, node.shape().str());
    for (const std::size_t input : graph.inputs(i)) text += formatted(" %{}", input);
    if (!node.attributes().empty()) text += formatted(" ({})", node.attributes().str());
    if (const std::string path = node.module_path(); !path.empty()) text += formatted("  # {}", path);
    text += '\n';
  }
  for (const auto& [parameter, node] : recording.assignments)
    text += formatted("\"{}\" <- %{}\n", parameter.name(), node);
  return text;
}

}  // namespace hindsight
