#pragma once
#include <optional>
#include <unordered_map>
#include <vector>

#include <hindsight/op.hpp>
#include <hindsight/tensor.hpp>

#include "graph/capture.hpp"

namespace hindsight {

/// Rebuilds a graph from its leaves up, one node at a time: equal nodes become one, and each new node is
/// shown to the patterns (src/plan/patterns), which may give another node of the same value in its place.
class Rewriter {
 public:
  /// A node whose inputs are rewritten already; gives what replaces it, or an undefined tensor.
  using Pattern = Tensor (*)(const Tensor& node, Rewriter& rewriter);

  explicit Rewriter(std::vector<Pattern> patterns) : patterns_(std::move(patterns)) {}

  /// The node of the new graph that stands for a node of the old one, or for an expression of new nodes.
  Tensor rewritten(const Tensor& node);

  /// The node y of the new graph whose derivative by its input i `partial` is, in the words of y's own
  /// operation; undefined when there is none. So a pattern knows a derivative by the room that states it.
  struct Derivative {
    Tensor of;
    std::size_t input = 0;
  };
  Derivative derivative(const Tensor& partial) const;

 private:
  Tensor rewritten_node(const Tensor& node);
  void enter(const Tensor& node, const Tensor& result);
  Tensor unique(const Tensor& node);
  Tensor unique_constant(const Tensor& leaf);
  void remember_derivatives(const Tensor& node);

  std::vector<Pattern> patterns_;
  Capture capture_;                                    // nodes are made without numbers
  std::unordered_map<std::uint64_t, Tensor> known_;    // by the id of an old or a new node
  std::unordered_multimap<std::size_t, Tensor> made_;  // by a hash of operation and inputs
  std::vector<Tensor> constants_;
  std::unordered_map<std::uint64_t, Derivative> derivatives_;  // by the id of the partial
  std::vector<Tensor> alive_;  // an id means one node for as long as that lives
  bool remembering_ = false;
};

/// The value of a node whose inputs are constants.
Array evaluated(const Tensor& node);
/// The number that every element of `tensor` is, when it is a constant that can be seen to be uniform.
std::optional<double> uniform_value(const Tensor& tensor);

}  // namespace hindsight
