#include <algorithm>
#include <utility>

#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "graph/compute.hpp"
#include "plan/execution.hpp"

namespace hindsight {
namespace {

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

/// The nodes' values in turn, each let go after its last use.
class Replay : public Execution {
 public:
  Replay(const Recording& recording, std::string reason)
      : recording_(recording), reason_(std::move(reason)), last_use_(last_uses(recording)) {}

  void run(std::span<const Tensor* const> inputs) override {
    const Graph& graph = recording_.graph;
    values_.assign(graph.size(), Array());
    for (std::size_t i = 0; i < graph.size(); ++i) {
      values_[i] = recording_.sources[i] ? recording_.leaf_value(i, inputs) : value_of(i);
      for (const std::size_t input : graph.inputs(i))
        if (last_use_[input] == i) values_[input] = Array();
    }
    for (const auto& [parameter, node] : recording_.assignments)
      Parameter(parameter).assign(Tensor(values_[node]));
    for (const auto& [parameter, node] : recording_.gradients)
      Parameter(parameter).set_grad(Tensor(values_[node]));
  }
  Array output(std::size_t i) const override { return values_[recording_.outputs[i]]; }
  double scalar_output(std::size_t i) const override { return output(i).at(0); }
  std::string describe() const override;
  PlanCost cost() const override;

 private:
  Array value_of(std::size_t i) const {
    const Tensor& node = recording_.graph[i];
    InlineVector<const Array*, 4> operands;
    for (const std::size_t input : recording_.graph.inputs(i)) operands.push_back(&values_[input]);
    return computed(node.op(), Operands(operands), node.attributes(), node.array().type());
  }

  Recording recording_;
  std::string reason_;
  std::vector<std::size_t> last_use_;
  std::vector<Array> values_;
};

/// Each value is alive from its node to its last use; views hold nothing of their own.
PlanCost Replay::cost() const {
  const Graph& graph = recording_.graph;
  std::vector<std::int64_t> bytes(graph.size(), 0);
  std::int64_t alive = 0, most = 0, buffers = 0;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (recording_.sources[i] || !graph[i].op().view)
      bytes[i] = graph[i].elements() * static_cast<std::int64_t>(size_of(graph[i].dtype()));
    buffers += bytes[i] > 0;
    most = std::max(most, alive += bytes[i]);
    for (const std::size_t input : graph.inputs(i))
      if (last_use_[input] == i) alive -= std::exchange(bytes[input], 0);
  }
  return {flops_of(recording_), buffers, most};
}

std::string Replay::describe() const {
  const Recording& recording = recording_;
  const Graph& graph = recording.graph;
  const PlanCost of_run = cost();
  std::string text = formatted("{} nodes, replayed operation by operation: {}\n", graph.size(), reason_);
  text += formatted("{} FLOPs, {} values, {} bytes at most at once\n", of_run.flops, of_run.buffers,
                    of_run.bytes);
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

}  // namespace

double flops_of(const Recording& recording) {
  double flops = 0;
  for (std::size_t i = 0; i < recording.graph.size(); ++i) {
    const Tensor& node = recording.graph[i];
    if (recording.sources[i] || node.op().view) continue;
    const std::string_view op = node.op().name;
    const bool is_product = op == "affine" || op == "matmul" || op == "matmul_transposed" || op == "bmm";
    const auto inner = is_product ? 2 * node.input(0).shape().back() : 1;
    const std::int64_t of_each = op == "sum" ? node.input(0).elements() : node.elements() * inner;
    flops += static_cast<double>(of_each);
  }
  return flops;
}

std::unique_ptr<Execution> replay(const Recording& recording, std::string reason) {
  return std::make_unique<Replay>(recording, std::move(reason));
}

}  // namespace hindsight
