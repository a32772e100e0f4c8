#include <algorithm>
#include <cmath>
#include <map>

#include <hindsight/autodiff.hpp>
#include <hindsight/blame.hpp>
#include <hindsight/error.hpp>
#include <hindsight/graph.hpp>

#include "array/position.hpp"
#include "base/format.hpp"
#include "readers/blame/names.hpp"
#include "readers/blame/ways.hpp"

namespace hindsight::blame {
namespace {

void require_proof(const Tensor& loss, const Tensor& node) {
  if (loss.elements() != 1)
    fail<ShapeError>("ledger: the loss has shape {} and must be a scalar; take its mean or sum",
                     loss.shape().str());
  for (const Tensor* tensor : {&loss, &node})
    if (tensor->dtype() != float64)
      fail<DTypeError>(
          "ledger: {} is {}, and contributions are to add up to the last digits: convert the model and its "
          "data with .to(hs::float64)",
          tensor == &loss ? "the loss" : "the target", name(tensor->dtype()));
}

Ledger decomposed(const Tensor& loss, const Tensor& node, const std::vector<double>& weights,
                  const std::string& which, const LedgerOptions& options) {
  const Graph graph = Graph::of(loss);
  const std::size_t target = graph.index_of(node);
  const std::vector<std::string> names = names_of(graph);
  if (target == Graph::none || !node.requires_grad())
    fail<ValueError>("ledger: the loss does not depend on {}{}, or no gradient flows into it",
                     node.name().empty() ? "the target" : node.name(), which);
  const std::size_t data = options.data.defined() ? graph.index_of(options.data) : Graph::none;
  if (options.data.defined() && (data == Graph::none || options.data.dim() == 0))
    fail<ValueError>(
        "ledger: the loss does not depend on the data that were given; give the tensor itself "
        "that the model was called with");

  const Ways ways(graph, target, weights, data);
  Ledger ledger;
  ledger.target = names[target] + which;
  const Array gradient = grad(loss, node).array();
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weights[i] != 0) ledger.gradient += weights[i] * gradient.at(static_cast<std::int64_t>(i));
  ledger.sum = ways.total().sum;
  ledger.moved = ways.total().moved;
  ledger.path_count = ways.total().count;
  if (!std::isfinite(ledger.moved) || !std::isfinite(ledger.gradient))
    fail<ValueError>(
        "ledger: a derivative between the loss and {} is not finite; DetectAnomaly names where "
        "it comes from",
        ledger.target);
  if (data != Graph::none) ledger.samples = ways.samples();
  ledger.paths = ways.largest(options.paths);
  for (std::size_t i = 0; i < graph.size(); ++i) ledger.nodes.push_back({names[i], graph[i].shape()});
  return ledger;
}

}  // namespace

double Ledger::listed() const {
  double total = 0;
  for (const Path& path : paths) total += path.contribution;
  return total;
}

double Ledger::share() const {
  double total = 0;
  for (const Path& path : paths) total += std::abs(path.contribution);
  return moved > 0 ? std::min(1.0, total / moved) : 1;
}

Ledger ledger(const Tensor& loss, const Tensor& node, std::int64_t element, const LedgerOptions& options) {
  require_proof(loss, node);
  if (element < 0 || element >= node.elements())
    fail<IndexError>("ledger: there is no element {} in shape {}, which has {}", element, node.shape().str(),
                     node.elements());
  std::vector<double> weights(static_cast<std::size_t>(node.elements()), 0);
  weights[static_cast<std::size_t>(element)] = 1;
  return decomposed(loss, node, weights, node.dim() ? position(node.shape(), element) : "", options);
}

Ledger ledger(const Tensor& loss, const Tensor& node, const Tensor& weights, const LedgerOptions& options) {
  require_proof(loss, node);
  if (weights.shape() != node.shape())
    fail<ShapeError>("ledger: the weights have shape {} and the target {}; they must be alike",
                     weights.shape().str(), node.shape().str());
  Ledger all = decomposed(loss, node, weights.to(float64).to_vector<double>(), "", options);
  all.is_weighted = true;
  return all;
}

}  // namespace hindsight::blame
