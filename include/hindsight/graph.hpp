#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include <hindsight/tensor.hpp>

namespace hindsight {

/// A snapshot of everything that some outputs were made from: flat, in topological order, by index.
/// Readers (differentiate, explain, check, draw, compile) are functions of this.
class Graph {
 public:
  /// Every node that `outputs` depend on. O(edges · log edges), without recursion.
  static Graph of(std::span<const Tensor> outputs);
  static Graph of(const Tensor& output) { return of(std::span(&output, 1)); }
  /// Only the nodes that gradients flow through.
  static Graph differentiable(const Tensor& output);

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::size_t size() const noexcept { return nodes_.size(); }
  const Tensor& operator[](std::size_t i) const noexcept { return nodes_[i]; }
  const std::vector<Tensor>& nodes() const noexcept { return nodes_; }
  /// The index of a node, `none` when it is not part of this graph.
  std::size_t index_of(const Tensor& node) const noexcept;
  /// For each input of node i its index (`none` for those that the snapshot leaves out).
  std::span<const std::size_t> inputs(std::size_t i) const noexcept {
    return std::span(edges_).subspan(first_edge_[i], first_edge_[i + 1] - first_edge_[i]);
  }

 private:
  static Graph collect(std::span<const Tensor> outputs, bool differentiable_only);

  std::vector<Tensor> nodes_;
  std::vector<std::size_t> first_edge_;
  std::vector<std::size_t> edges_;
};

}  // namespace hindsight
