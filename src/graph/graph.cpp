#include <algorithm>

#include <hindsight/graph.hpp>

#include "graph/node.hpp"

namespace hindsight {

// Ids grow along every edge, so a queue that always gives the largest id meets each node after all that use
// it, and meets its copies one after the other: no marks on nodes, no hash table, no recursion.
Graph Graph::collect(std::span<const Tensor> outputs, bool differentiable_only) {
  const auto wanted = [&](const Tensor& tensor) { return !differentiable_only || tensor.requires_grad(); };
  const auto by_id = [](const Tensor* a, const Tensor* b) { return Node::of(*a).id < Node::of(*b).id; };
  std::vector<const Tensor*> queue;
  const auto push = [&](const Tensor& tensor) {
    if (!wanted(tensor)) return;
    queue.push_back(&tensor);
    std::push_heap(queue.begin(), queue.end(), by_id);
  };

  Graph graph;
  for (const Tensor& output : outputs) push(output);
  while (!queue.empty()) {
    std::pop_heap(queue.begin(), queue.end(), by_id);
    const Tensor& node = *queue.back();
    queue.pop_back();
    if (!graph.nodes_.empty() && graph.nodes_.back().is(node)) continue;
    graph.nodes_.push_back(node);
    for (const Tensor& input : node.inputs()) push(input);
  }
  std::reverse(graph.nodes_.begin(), graph.nodes_.end());

  graph.first_edge_.reserve(graph.size() + 1);
  for (const Tensor& node : graph.nodes_) {
    graph.first_edge_.push_back(graph.edges_.size());
    for (const Tensor& input : node.inputs()) graph.edges_.push_back(graph.index_of(input));
  }
  graph.first_edge_.push_back(graph.edges_.size());
  return graph;
}

Graph Graph::of(std::span<const Tensor> outputs) { return collect(outputs, false); }
Graph Graph::differentiable(const Tensor& output) { return collect(std::span(&output, 1), true); }

std::size_t Graph::index_of(const Tensor& node) const noexcept {
  if (!node.defined()) return none;
  const auto before = [](const Tensor& a, std::uint64_t id) { return Node::of(a).id < id; };
  const auto found = std::lower_bound(nodes_.begin(), nodes_.end(), Node::of(node).id, before);
  return found != nodes_.end() && found->is(node) ? static_cast<std::size_t>(found - nodes_.begin()) : none;
}

}  // namespace hindsight
