#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <queue>
#include <set>

#include <hindsight/error.hpp>
#include <hindsight/explain.hpp>
#include <hindsight/graph.hpp>
#include <hindsight/op.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "readers/explain/algebra.hpp"
#include "readers/explain/slope.hpp"
#include "readers/explain/written.hpp"

namespace hindsight::explain {
namespace {

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
    else if (node.dtype() == boolean)
      names[node.id()] = written_leaf(node).text;
    else
      names[node.id()] = node.name().empty() ? formatted("{}", node.item()) : node.name();
  }
  return names;
}

bool is_one(const Tensor& x) { return !x.requires_grad() && x.item() == 1; }

/// What there is to read in a derivative: of a choice what was chosen, and no factor that is the number 1.
Tensor essence(const Tensor& derivative) {
  if (const std::size_t branch = chosen_branch(derivative)) return essence(derivative.input(branch));
  if (!derivative.is_leaf() && derivative.op().text == "{0} * {1}")
    for (std::size_t k = 0; k < 2; ++k)
      if (is_one(derivative.input(k))) return essence(derivative.input(1 - k));
  return derivative;
}

/// ∂node/∂input as the operation states it: a value and, as it is written in operations, a formula.
Link link(const Tensor& node, std::size_t position, std::size_t input, const Names& names) {
  const Op& op = node.op();
  const Tensor derivative = op.has_partial(position)
                                ? op.partials[position](node)
                                : input_cotangent(node, tensor(1, {.dtype = float64}), position);
  const Tensor shown = essence(derivative);
  const auto name = names.find(shown.id());
  return {input, name != names.end() ? name->second : formula(shown, names), derivative.item()};
}

bool is_in(Regime regime, const Tensor& node) {
  if (!node.op().regime) return false;
  std::vector<double> inputs;
  for (const Tensor& input : node.inputs()) inputs.push_back(input.item());
  return node.op().regime(inputs, node.attributes()) == regime;
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
      node.bends = is_in(Regime::kink, tensor);
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

/// The beginning of a path, and the most that can come of it: |its product| times the largest one below.
struct Open {
  double bound;
  std::size_t number;  // of several alike, the first comes first
  std::size_t at;
  Path path;
  friend bool operator<(const Open& a, const Open& b) {
    return a.bound != b.bound ? a.bound < b.bound : a.number > b.number;
  }
};

/// The `count` largest paths, largest first. Best first: since each bound is reached by some path, no
/// beginning is taken up that does not lead to one of them.
std::vector<Path> largest_paths(std::size_t target, std::size_t count, const std::vector<Node>& nodes) {
  const std::vector<double> ways = ways_to(target, nodes);
  std::vector<double> largest(nodes.size(), 0);
  largest[target] = 1;
  for (std::size_t i = target + 1; i < nodes.size(); ++i)
    for (const Link& link : nodes[i].links)
      largest[i] = std::max(largest[i], std::abs(link.value) * largest[link.input]);
  std::priority_queue<Open> open;
  open.push({0, 0, nodes.size() - 1, {{}, 1}});
  std::vector<Path> paths;
  for (std::size_t number = 1; !open.empty() && paths.size() < count;) {
    const Open now = open.top();
    open.pop();
    if (now.at == target) paths.push_back(now.path);
    for (std::size_t k = 0; k < nodes[now.at].links.size(); ++k) {
      const Link& link = nodes[now.at].links[k];
      if (ways[link.input] == 0) continue;
      Path longer = now.path;
      longer.links.emplace_back(now.at, k);
      longer.product *= link.value;
      const double bound = std::abs(longer.product) * largest[link.input];
      open.push({std::isnan(bound) ? 0 : bound, number++, link.input, std::move(longer)});
    }
  }
  return paths;
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
      const Tensor part = !node.op().has_partial(k) ? input_cotangent(node, cotangents[i], k)
                          : is_one(cotangents[i])   ? node.op().partials[k](node)
                                                    : cotangents[i] * node.op().partials[k](node);
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
      const Tensor derivative = derivative_of(expression.value, variable);
      d.formula = d.is_rounding && !derivative.requires_grad() ? "0" : simplified(derivative);
      d.of_one_side = is_decided_by_comparing(expression.value);
    } else {
      d.formula = formatted("{:g}", d.value);
    }
    Polynomial expanded = polynomial(expression.value, name);
    chain.expanded = std::move(expanded.text);
    d.term_by_term = std::move(expanded.derivative);
  }
}

/// How much each node moves the result when all that it moves is added up without regard to sign.
std::vector<double> movement(const std::vector<Node>& nodes) {
  std::vector<double> moved(nodes.size(), 0);
  moved.back() = 1;
  for (std::size_t i = nodes.size(); i-- > 0;)
    for (const Link& link : nodes[i].links) moved[link.input] += moved[i] * std::abs(link.value);
  return moved;
}

/// "u1 = sqrt(x), where du1/dx is inf": the step on the way to the variable that has no finite derivative.
std::string endless_step(const std::vector<Node>& nodes, const std::vector<double>& ways) {
  for (const Node& node : nodes)
    for (const Link& link : node.links)
      if (ways[link.input] > 0 && !std::isfinite(link.value))
        return formatted("{} = {}, where d{}/d{} is {}", node.name, node.formula, node.name,
                         nodes[link.input].name,
                         std::isnan(link.value) ? "nan" : formatted("{}", link.value));
  return "a product that is too large";
}

/// Slopes that differ by more than they may be wrong by, where both converged: no step resolves x^1000000
/// at 1.
bool are_apart(const Slope& left, const Slope& right) {
  const double gap = std::abs(left.value - right.value);
  const auto converged = [gap](const Slope& s) {
    return s.uncertainty <= std::max(1e-2 * std::max(std::abs(s.value), s.variation), 1e-6 * gap);
  };
  return converged(left) && converged(right) &&
         gap > 8 * (left.uncertainty + right.uncertainty) +
                   1e-4 * std::max(std::abs(left.value), std::abs(right.value));
}

/// What the result may be wrong by as each step on the way to a variable rounds; the others are always the
/// same.
double noise(const std::vector<Node>& nodes, const std::vector<double>& moved,
             const std::vector<double>& ways) {
  double sum = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (!nodes[i].formula.empty() && ways[i] > 0) sum += moved[i] * std::abs(nodes[i].value);
  return std::isfinite(sum) ? std::numeric_limits<double>::epsilon() * sum : 0;
}

/// What differences of f say beside the derivative that backpropagation gives; `moved` is what this is made
/// of without regard to sign.
void compare(Derivative& d, const std::function<double(double)>& f, double x, double moved, double noise) {
  const auto by = [&](Side side) { return numerical_slope(f, x, noise, side); };
  const Slope slope = by(Side::both), left = by(Side::left), right = by(Side::right);
  d.numerical = slope.value;
  d.difference = std::abs(d.value - slope.value);
  d.uncertainty = slope.uncertainty;
  d.left = left.value;
  d.right = right.value;
  d.is_kink = are_apart(left, right);
  const double scale = std::max(std::abs(slope.value), slope.variation);
  const double allowed =
      std::max(4 * d.uncertainty, 1e-6 * std::max(std::abs(d.value), std::abs(slope.value)));
  // Of cos² + sin² only the rounding changes: both say 0, measured by what cancels.
  const bool both_nothing = (d.value == 0 || d.is_rounding) && d.uncertainty <= 1e-3 * moved;
  if (!std::isfinite(slope.value))
    d.doubt = "there are no finite values on both sides: this point is at the edge of the domain";
  else if (!d.is_kink && !both_nothing && !(d.uncertainty <= (scale > 0 ? 1e-3 * scale : 1e-6)))
    d.doubt = formatted("near {} = {} the function {}", d.variable, x,
                        d.bend.empty() ? "changes too fast, or too little, for differences"
                                       : formatted("jumps or bends: {}", d.bend));
  d.agrees =
      !d.is_kink && d.doubt.empty() && d.difference <= std::max(allowed, both_nothing ? 1e-6 * moved : 0);
}

Derivative derivative_by(const Expression& expression, std::size_t k, std::size_t index, const Chain& chain) {
  const auto& [name, variable] = expression.variables[k];
  Derivative d{name, 0, 0, 0, 0, "", false};
  const std::size_t count = chain.nodes.size();
  const std::vector<double> movements = movement(chain.nodes);
  double moved = 0;
  std::vector<double> ways(count, 0);
  if (index != Graph::none) {
    d.value = chain.nodes[index].gradient;
    moved = movements[index];
    ways = ways_to(index, chain.nodes);
    d.path_count = ways.back();
    const bool all = d.path_count <= static_cast<double>(Derivative::most_paths);
    d.paths = largest_paths(index, all ? Derivative::most_paths : Derivative::listed_of_many, chain.nodes);
  }
  // Each step rounds once.
  d.is_rounding =
      d.value != 0 && std::isfinite(d.value) &&
      std::abs(d.value) <= std::numeric_limits<double>::epsilon() * static_cast<double>(count) * moved;
  for (std::size_t i = 0; i < count && d.bend.empty(); ++i)
    if (chain.nodes[i].bends && ways[i] > 0)
      d.bend = formatted("{} = {}", chain.nodes[i].name, chain.nodes[i].formula);
  compare(d, function_of(expression, name), variable.item(), moved, noise(chain.nodes, movements, ways));
  const Graph graph = Graph::of(expression.value);
  for (std::size_t i = 0; i < count && !d.agrees && !d.is_kink && d.doubt.empty(); ++i)
    if (ways[i] > 0 && is_in(Regime::saturated, graph[i]))
      d.doubt = formatted("{} = {} is nearly flat here, and its last digits are lost", chain.nodes[i].name,
                          chain.nodes[i].formula);
  if (!std::isfinite(d.value))
    d.doubt = formatted("the derivative is infinite or undefined here, because of {}",
                        endless_step(chain.nodes, ways));
  return d;
}

}  // namespace

void require_finite(const Expression& expression) {
  std::string point;
  for (const auto& [name, variable] : expression.variables)
    point += formatted("{}{} = {}", point.empty() ? " at " : ", ", name, variable.item());
  const Graph graph = Graph::of(expression.value);
  for (const Tensor& node : graph.nodes())
    if (!std::isfinite(node.item()))
      fail<ValueError>("{} is {}{}: nothing follows from that; give a point where every step is a number",
                       node.is_leaf() ? "a constant" : excerpt(formula(node, {})),
                       std::isnan(node.item()) ? "nan" : formatted("{}", node.item()), point);
}

Chain chain_rule(const Expression& expression) {
  require_finite(expression);
  const Graph graph = Graph::of(expression.value);
  std::set<std::string> taken;
  for (const auto& [name, variable] : expression.variables) taken.insert(name);
  Chain chain{expression.text, {}, nodes_of(graph, names_of(graph, taken)), {}, "f"};
  while (taken.count(chain.result)) chain.result += '_';
  for (std::size_t k = 0; k < expression.variables.size(); ++k) {
    const auto& [name, variable] = expression.variables[k];
    chain.at.emplace_back(name, variable.item());
    chain.derivatives.push_back(derivative_by(expression, k, graph.index_of(variable), chain));
  }
  add_formulas(expression, chain);
  return chain;
}

}  // namespace hindsight::explain
