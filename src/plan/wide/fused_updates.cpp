// Updates that a weight's gradient can end in, so that it is never stored.
#include <algorithm>
#include <cmath>

#include <hindsight/op.hpp>

#include "plan/rewriter.hpp"
#include "plan/wide/wide.hpp"

namespace hindsight::wide {
namespace {

constexpr std::size_t none = Graph::none;

/// Reads the graph from the end of one update.
class Reading {
 public:
  Reading(const Recording& recording, const Batch& batch)
      : recording_(recording), graph_(recording.graph), batch_(batch) {}

  bool sgd(std::size_t weight, std::size_t result, FusedUpdate& found) {
    std::size_t scaled, factor, gradient;
    if (!both(result, "subtract", found,
              [&](std::size_t a, std::size_t b) { return a == weight && (scaled = b, true); }))
      return false;
    if (!product(scaled, found, factor, gradient)) return false;
    if (!is_gradient(gradient) && !decayed(gradient, weight, found, gradient)) return false;
    found.update.rule = kernels::Rule::sgd;
    found.step = factor;
    found.gradient = gradient;
    return true;
  }

  /// w − step · (m / (√v · root_scale + ε)), see optim/adam.cpp.
  bool adam(std::size_t weight, std::size_t result, FusedUpdate& found) {
    std::size_t kept, moved;
    if (!both(result, "subtract", found,
              [&](std::size_t a, std::size_t b) { return kept = a, moved = b, true; }))
      return false;
    if (kept != weight) {
      std::size_t w;
      if (!product(kept, found, found.keep, w) || w != weight) return false;
    }
    std::size_t ratio, m, denominator, root, epsilon, v, scaled;
    if (!product(moved, found, found.step, ratio)) return false;
    if (!both(ratio, "divide", found,
              [&](std::size_t a, std::size_t b) { return m = a, denominator = b, true; }))
      return false;
    if (!both(denominator, "add", found,
              [&](std::size_t a, std::size_t b) { return root = a, epsilon = b, true; }))
      return false;
    const auto eps = uniform_value(graph_[epsilon]);
    if (!eps || !product(root, found, found.root_scale, scaled) || graph_[scaled].op().name != "sqrt")
      return false;
    found.nodes.push_back(scaled);
    v = graph_.inputs(scaled)[0];
    found.update.rule = kernels::Rule::adam;
    found.update.epsilon = *eps;
    return moments(m, v, weight, found);
  }

 private:
  bool moments(std::size_t m, std::size_t v, std::size_t weight, FusedUpdate& found) {
    std::size_t gradient, square, again;
    if (!average(m, found, found.update.beta1, found.m, gradient)) return false;
    if (!average(v, found, found.update.beta2, found.v, square)) return false;
    if (!both(square, "multiply", found, [&](std::size_t a, std::size_t b) { return again = a, a == b; }))
      return false;
    if (again != gradient) return false;
    found.gradient = gradient;
    return is_gradient(gradient) || decayed(gradient, weight, found, found.gradient);
  }

  /// β · old + (1 − β) · now
  bool average(std::size_t node, FusedUpdate& found, double& beta, std::size_t& old, std::size_t& now) {
    std::size_t left, right, keeps, takes;
    if (!both(node, "add", found, [&](std::size_t a, std::size_t b) { return left = a, right = b, true; }))
      return false;
    if (!product(left, found, keeps, old) || !product(right, found, takes, now)) return false;
    const auto a = uniform_value(graph_[keeps]), b = uniform_value(graph_[takes]);
    if (!a || !b || std::abs(*a + *b - 1) > 1e-6 || !recording_.sources[old]) return false;
    beta = 1 - *b;  // of the two, 1 − β is the one whose rounding matters: 0.001 as float32 is not 1 − 0.999f
    return true;
  }

  /// g + decay · w
  bool decayed(std::size_t node, std::size_t weight, FusedUpdate& found, std::size_t& gradient) {
    std::size_t left, right, factor, w;
    if (!both(node, "add", found, [&](std::size_t a, std::size_t b) { return left = a, right = b, true; }))
      return false;
    if (!product(right, found, factor, w) || w != weight || !is_gradient(left)) return false;
    const auto decay = uniform_value(graph_[factor]);
    if (!decay) return false;
    found.update.decay = *decay;
    gradient = left;
    return true;
  }

  bool is_gradient(std::size_t node) const {
    return graph_[node].op().name == "matmul" && batch_.place[node] == Batch::Place::whole &&
           batch_.place[graph_.inputs(node)[0]] == Batch::Place::transposed;
  }

  template <class Accept>
  bool both(std::size_t node, std::string_view op, FusedUpdate& found, Accept&& accept) {
    if (graph_[node].op().name != op || graph_.inputs(node).size() != 2) return false;
    found.nodes.push_back(node);
    return accept(graph_.inputs(node)[0], graph_.inputs(node)[1]);
  }

  /// A scalar times something, in either order.
  bool product(std::size_t node, FusedUpdate& found, std::size_t& scalar, std::size_t& other) {
    return both(node, "multiply", found, [&](std::size_t a, std::size_t b) {
      if (!is_scalar(a)) std::swap(a, b);
      scalar = source(a);
      other = b;
      return is_scalar(a) && !is_scalar(b);
    });
  }
  std::size_t source(std::size_t node) const {
    while (graph_[node].op().name == "broadcast_to") node = graph_.inputs(node)[0];
    return node;
  }
  bool is_scalar(std::size_t node) const { return graph_[source(node)].dim() == 0; }

  const Recording& recording_;
  const Graph& graph_;
  const Batch& batch_;
};

/// Nothing but the update itself and the layers may read what it overwrites or never stores.
bool is_closed(const Recording& recording, const FusedUpdate& found) {
  const Graph& graph = recording.graph;
  const auto inside = [&](std::size_t node) {
    return node == found.gradient ||
           std::find(found.nodes.begin(), found.nodes.end(), node) != found.nodes.end();
  };
  for (const auto& [parameter, node] : recording.gradients)
    if (inside(node)) return false;
  for (const std::size_t output : recording.outputs)
    if (inside(output) || output == found.weight || output == found.m || output == found.v) return false;
  for (std::size_t i = 0; i < graph.size(); ++i)
    for (const std::size_t input : graph.inputs(i)) {
      const std::string_view user = graph[i].op().name;
      const bool layer =
          user == "affine" || user == "matmul" || user == "matmul_transposed" || user == "permute";
      if (inside(i)) continue;
      if (inside(input) || input == found.m || input == found.v || (input == found.weight && !layer))
        return false;
    }
  return true;
}

}  // namespace

std::vector<FusedUpdate> fused_updates(const Recording& recording, const Batch& batch) {
  std::vector<FusedUpdate> all;
  for (const auto& [parameter, result] : recording.assignments) {
    const std::size_t weight = recording.leaf_of(parameter);
    if (weight == none || recording.graph[weight].dim() != 2) continue;
    Reading reading(recording, batch);
    for (const auto read : {&Reading::sgd, &Reading::adam}) {
      FusedUpdate found{none, weight, result, {}};
      if (!(reading.*read)(weight, result, found) || !is_closed(recording, found)) continue;
      found.nodes.push_back(found.gradient);
      all.push_back(std::move(found));
      break;
    }
  }
  return all;
}

}  // namespace hindsight::wide
