#include "plan/rewriter.hpp"

#include <hindsight/graph.hpp>
#include <hindsight/ops.hpp>

#include "graph/compute.hpp"
#include "graph/node.hpp"
#include "plan/batch.hpp"

namespace hindsight {
namespace {

std::size_t hash_of(const Op& op, std::span<const Tensor> inputs) {
  std::size_t hash = std::hash<const void*>()(&op);
  for (const Tensor& input : inputs) hash = hash * 1000003 ^ static_cast<std::size_t>(input.id());
  return hash;
}

bool same_inputs(std::span<const Tensor> a, std::span<const Tensor> b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!a[i].is(b[i])) return false;
  return true;
}

bool is_constant(const Tensor& leaf) { return leaf.is_leaf() && !leaf.array().is_abstract(); }

}  // namespace

std::optional<double> uniform_value(const Tensor& tensor) {
  Tensor source = tensor;
  while (!source.is_leaf() && is_view(source)) source = source.input(0);
  const auto& leaf = Node::of(source).leaf;
  if (!is_constant(source) || source.elements() != 1 || (leaf && !leaf->parameter.expired())) return {};
  return source.array().at(0);
}

Array evaluated(const Tensor& node) {
  InlineVector<const Array*, 4> operands;
  for (const Tensor& input : node.inputs()) operands.push_back(&input.array());
  return computed(node.op(), Operands(operands), node.attributes(), node.array().type());
}

void Rewriter::enter(const Tensor& node, const Tensor& result) {
  alive_.push_back(node);
  alive_.push_back(result);
  known_.insert_or_assign(node.id(), result);
  known_.insert_or_assign(result.id(), result);
}

// Only the nodes that are not known yet are walked, without recursion: a graph may be deep.
Tensor Rewriter::rewritten(const Tensor& root) {
  std::vector<Tensor> waiting{root};
  while (!waiting.empty()) {
    const Tensor node = waiting.back();
    const std::size_t before = waiting.size();
    if (!known_.contains(node.id()))
      for (const Tensor& input : node.inputs())
        if (!known_.contains(input.id())) waiting.push_back(input);
    if (waiting.size() > before) continue;
    waiting.pop_back();
    if (known_.contains(node.id())) continue;
    enter(node, rewritten_node(node));
    remember_derivatives(known_.at(node.id()));
  }
  return known_.at(root.id());
}

Tensor Rewriter::rewritten_node(const Tensor& node) {
  if (node.is_leaf()) return unique_constant(node);
  Inputs inputs;
  for (const Tensor& input : node.inputs()) inputs.push_back(known_.at(input.id()));
  Tensor next = node;
  if (!same_inputs(std::span(inputs.begin(), inputs.size()), node.inputs())) {
    next = apply(node.op(), inputs, node.attributes());
    Node::of(next).scope = Node::of(node).scope;
  }
  next = unique(next);
  if (known_.contains(next.id())) return known_.at(next.id());
  for (const Pattern pattern : patterns_)
    if (const Tensor found = pattern(next, *this); found.defined() && !found.is(next)) {
      const Tensor result = rewritten(found);
      enter(next, result);
      remember_derivatives(next);  // what is replaced may still be told by its derivative
      return result;
    }
  return next;
}

Tensor Rewriter::unique(const Tensor& node) {
  const std::size_t hash = hash_of(node.op(), node.inputs());
  const auto [first, last] = made_.equal_range(hash);
  for (auto it = first; it != last; ++it) {
    const Tensor& other = it->second;
    if (&other.op() == &node.op() && same_inputs(other.inputs(), node.inputs()) &&
        other.attributes() == node.attributes() && other.array().type() == node.array().type())
      return other;
  }
  made_.emplace(hash, node);
  return node;
}

Tensor Rewriter::unique_constant(const Tensor& leaf) {
  const auto& facts = Node::of(leaf).leaf;
  if (!is_constant(leaf) || leaf.elements() != 1 || (facts && !facts->parameter.expired())) return leaf;
  for (const Tensor& other : constants_)
    if (other.array().identical(leaf.array())) return other;
  constants_.push_back(leaf);
  return leaf;
}

// A derivative that is one of the operation's own inputs, or the result, says nothing of where it came from.
void Rewriter::remember_derivatives(const Tensor& node) {
  if (remembering_ || !node.op().elementwise) return;
  remembering_ = true;
  for (std::size_t i = 0; i < node.inputs().size() && i < node.op().partials.size(); ++i) {
    const Op::Partial partial = node.op().partials[i];
    if (!partial) continue;
    const Tensor derivative = rewritten(partial(node));
    bool telling = !derivative.is(node) && !uniform_value(derivative);
    for (const Tensor& input : node.inputs()) telling &= !derivative.is(input);
    if (telling) derivatives_.try_emplace(derivative.id(), Derivative{node, i});
  }
  remembering_ = false;
}

Rewriter::Derivative Rewriter::derivative(const Tensor& partial) const {
  const auto found = derivatives_.find(partial.id());
  return found == derivatives_.end() ? Derivative{} : found->second;
}

}  // namespace hindsight
