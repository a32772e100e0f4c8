// Every number is right to ε of itself, and hands that error on as it hands on any change: by its gradient.
// (J. H. Wilkinson, "Error analysis revisited", 1986: running error analysis, here with signs unknown, so
// that the squares add up.) So a loss of a million has lost six digits.
#include "readers/check/rounding.hpp"

#include <cmath>

#include <hindsight/autodiff.hpp>
#include <hindsight/graph.hpp>

namespace hindsight {
namespace {

bool is_alike(const Graph& a, const Graph& b) {
  bool alike = a.size() == b.size();
  for (std::size_t i = 0; alike && i < a.size(); ++i) alike = a[i].shape() == b[i].shape();
  return alike;
}

}  // namespace

double rounding_of(const Tensor& output, const Tensor& elsewhere) {
  const Graph graph = Graph::differentiable(output);
  const Graph other = elsewhere.defined() ? Graph::differentiable(elsewhere) : graph;
  const bool tells = elsewhere.defined() && is_alike(graph, other) && output.item() != elsewhere.item();
  const std::vector<Tensor> gradients = grad(output, graph.nodes());
  double all = 0;
  for (std::size_t i = 0; i < graph.size(); ++i)
    for (std::int64_t e = 0; e < graph[i].elements(); ++e) {
      const double value = graph[i].array().at(e), moved = gradients[i].array().at(e) * value;
      if (std::isfinite(moved) && !(tells && value == other[i].array().at(e))) all = std::hypot(all, moved);
    }
  return all;
}

}  // namespace hindsight
