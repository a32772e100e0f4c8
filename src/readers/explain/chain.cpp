#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>

#include <hindsight/error.hpp>
#include <hindsight/explain.hpp>
#include <hindsight/graph.hpp>
#include <hindsight/op.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "readers/explain/algebra.hpp"
#include "readers/explain/slope.hpp"

namespace hindsight::explain {
namespace {

using Names = std::map<std::uint64_t, std::string>;

/// Variables and constants are called what they are, computed nodes u1, u2, …
Names names_of(const Graph& graph, const std::set<std::string>& taken) {
  Names names;
  int computed = 0;
  const auto next = [&] {
    std::string name;
    do name = formatted("u{}", ++computed);
    while (taken.count(name));
    return name;
  };
  for (const Tensor& node : graph.nodes()) {
    if (!node.is_leaf())
      names[node.id()] = next();
    else
      names[node.id()] = node.name().empty() ? formatted("{}", node.item()) : node.name();
  }
  return names;
}

/// ∂node/∂input as the operation states it: a value and, as it is written in operations, a formula.
Link link(const Tensor& node, std::size_t position, std::size_t input, const Names& names) {
  const Op& op = node.op();
  const Tensor derivative = op.has_partial(position)
                                ? op.partials[position](node)
                                : input_cotangent(node, tensor(1, {.dtype = float64}), position);
  const auto name = names.find(derivative.id());
  return {input, name != names.end() ? name->second : formula(derivative, names), derivative.item()};
}

std::vector<Node> nodes_of(const Graph& graph, const Names& names) {
  std::vector<Node> nodes;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const Tensor& tensor = graph[i];
    Node node{names.at(tensor.id()), "", std::string(tensor.op().words), tensor.item(), 0, {}, false};
    if (tensor.is_leaf()) {
      node.words = tensor.requires_grad() ? "a variable" : "a constant";
      node.is_variable = tensor.requires_grad();
    } else {
      node.formula = formula(tensor, names);
      const auto inputs = graph.inputs(i);
      for (std::size_t k = 0; k < inputs.size(); ++k)
        if (graph[inputs[k]].requires_grad()) node.links.push_back(link(tensor, k, inputs[k], names));
    }
    nodes.push_back(std::move(node));
  }
  nodes.back().gradient = 1;
  for (std::size_t i = nodes.size(); i-- > 0;)
    for (const Link& link : nodes[i].links) nodes[link.input].gradient += nodes[i].gradient * link.value;
  return nodes;
}

/// How many ways lead from each node to `target`; counting comes before listing, as ways may be exponentially
/// many.
std::vector<double> ways_to(std::size_t target, const std::vector<Node>& nodes) {
  std::vector<double> ways(nodes.size(), 0);
  ways[target] = 1;
  for (std::size_t i = target + 1; i < nodes.size(); ++i)
    for (const Link& link : nodes[i].links) ways[i] += ways[link.input];
  return ways;
}

std::vector<Path> paths_to(std::size_t target, const std::vector<Node>& nodes) {
  const std::vector<double> ways = ways_to(target, nodes);
  if (ways.back() > static_cast<double>(Derivative::most_paths)) return {};
  std::vector<std::pair<std::size_t, Path>> open{{nodes.size() - 1, {{}, 1}}};
  std::vector<Path> done;
  while (!open.empty()) {
    auto [at, path] = std::move(open.back());
    open.pop_back();
    if (at == target) done.push_back(path);
    for (std::size_t k = nodes[at].links.size(); k-- > 0;) {
      const Link& link = nodes[at].links[k];
      if (ways[link.input] == 0) continue;
      Path longer = path;
      longer.links.emplace_back(at, k);
      longer.product *= link.value;
      open.emplace_back(link.input, std::move(longer));
    }
  }
  return done;
}

/// ∂value/∂variable as products and sums of the partials that the operations state. What grad() computes may
/// hide a condition in a choice, and comparisons keep no history.
Tensor derivative_of(const Tensor& value, const Tensor& variable) {
  const Graph graph = Graph::differentiable(value);
  std::vector<Tensor> cotangents(graph.size());
  cotangents.back() = tensor(1, {.dtype = float64});
  for (std::size_t i = graph.size(); i-- > 0;) {
    const Tensor& node = graph[i];
    if (!cotangents[i].defined()) continue;
    if (node.is(variable)) return cotangents[i];
    for (std::size_t k = 0; k < node.inputs().size(); ++k) {
      const std::size_t input = graph.inputs(i)[k];
      if (input == Graph::none || !node.op().has_derivative(k)) continue;
      const Tensor part = node.op().has_partial(k) ? cotangents[i] * node.op().partials[k](node)
                                                   : input_cotangent(node, cotangents[i], k);
      cotangents[input] = cotangents[input].defined() ? cotangents[input] + part : part;
    }
  }
  return tensor(0, {.dtype = float64});
}

/// The derivative by each variable as a graph of its own, from the derivatives that the operations state.
void add_formulas(const Expression& expression, Chain& chain) {
  for (std::size_t k = 0; k < expression.variables.size(); ++k) {
    const auto& [name, variable] = expression.variables[k];
    Derivative& d = chain.derivatives[k];
    if (expression.value.requires_grad() && !expression.value.is(variable)) {
      d.formula = simplified(derivative_of(expression.value, variable));
      d.of_one_side = is_decided_by_comparing(expression.value);
    } else {
      d.formula = formatted("{:g}", d.value);
    }
    Polynomial expanded = polynomial(expression.value, name);
    chain.expanded = std::move(expanded.text);
    d.term_by_term = std::move(expanded.derivative);
  }
}

/// What a difference says beside the derivative that backpropagation gives.
Derivative compared(const std::string& variable, double x, double f, double value, const Slope& slope) {
  Derivative d{variable, value, slope.value, std::abs(value - slope.value), slope.uncertainty, "", false};
  const double scale = std::max(std::abs(slope.value), slope.variation);
  if (!std::isfinite(f))
    d.doubt = "the value is not finite: this point is outside the domain, or too large";
  else if (!std::isfinite(slope.value))
    d.doubt = "there are no finite values on both sides: this point is at the edge of the domain";
  else if (!(slope.uncertainty <= (scale > 0 ? 1e-3 * scale : 1e-6)))
    d.doubt =
        formatted("near {} = {} the function changes too fast, or too little, for differences", variable, x);
  d.agrees =
      d.doubt.empty() &&
      d.difference <= std::max(4 * d.uncertainty, 1e-6 * std::max(std::abs(value), std::abs(slope.value)));
  return d;
}

}  // namespace

Chain chain_rule(const Expression& expression) {
  const Graph graph = Graph::of(expression.value);
  std::set<std::string> taken;
  for (const auto& [name, variable] : expression.variables) taken.insert(name);
  Chain chain{expression.text, {}, nodes_of(graph, names_of(graph, taken)), {}, "f"};
  while (taken.count(chain.result)) chain.result += '_';
  for (const auto& [name, variable] : expression.variables) {
    const double x = variable.item();
    chain.at.emplace_back(name, x);
    const std::size_t index = graph.index_of(variable);
    const double value = index == Graph::none ? 0 : chain.nodes[index].gradient;
    Derivative d = compared(name, x, chain.value(), value, numerical_slope(function_of(expression, name), x));
    if (index != Graph::none) d.paths = paths_to(index, chain.nodes);
    chain.derivatives.push_back(std::move(d));
  }
  add_formulas(expression, chain);
  return chain;
}

}  // namespace hindsight::explain
