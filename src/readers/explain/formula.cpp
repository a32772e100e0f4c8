// Formulas from the operations' templates: "{0}^{exponent}" with {0} = u1 + 1 becomes "(u1 + 1)^2".
#include <cmath>
#include <map>
#include <vector>

#include <hindsight/explain.hpp>
#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "readers/explain/template.hpp"

namespace hindsight::explain {
namespace {

struct Written {
  std::string text;
  Binding binding = Binding::call;
};

std::string number(double value) { return formatted("{}", value); }

/// A constant that was broadcast: every element is the same place in memory.
bool is_one_number(const Array& array) {
  for (std::size_t i = 0; i < array.shape().size(); ++i)
    if (array.shape()[i] != 1 && array.strides()[i] != 0) return false;
  return array.elements() > 0;
}

Written leaf(const Tensor& node) {
  if (!node.name().empty()) return {node.name()};
  if (!is_one_number(node.array())) return {formatted("constant{}", node.shape().str())};
  const double value = node.array().at(0);
  return {number(value), std::signbit(value) ? Binding::sign : Binding::call};
}

/// Whether an input must stand in brackets: when it binds less tightly than what it stands in, or as tightly
/// on the side from which the operation is not read (a − (b + c), (a^b)^c).
bool needs_brackets(const Op& op, const Written& input, std::size_t position) {
  if (op.binding == Binding::call) return false;
  if (input.binding != op.binding) return input.binding < op.binding;
  return op.binding == Binding::power || op.binding == Binding::sign || position > 0;
}

Written apply_template(const Tensor& node, const std::vector<Written>& inputs) {
  const Op& op = node.op();
  return {filled(op.text, node.attributes(),
                 [&](std::size_t position) {
                   const Written& input = inputs.at(position);
                   return needs_brackets(op, input, position) ? formatted("({})", input.text) : input.text;
                 }),
          op.binding};
}

/// `node` and what it is made of, as far down as something has a name; in the order of the ids, which is that
/// of the computation. A node's whole history would make the formulas of a long chain quadratic.
std::map<std::uint64_t, Tensor> down_to_names(const Tensor& node,
                                              const std::map<std::uint64_t, std::string>& names) {
  std::map<std::uint64_t, Tensor> parts;
  std::vector<Tensor> open{node};
  while (!open.empty()) {
    const Tensor part = std::move(open.back());
    open.pop_back();
    if (!parts.emplace(part.id(), part).second) continue;
    if (part.is(node) || !names.count(part.id()))
      for (const Tensor& input : part.inputs()) open.push_back(input);
  }
  return parts;
}

}  // namespace

std::string formula(const Tensor& node, const std::map<std::uint64_t, std::string>& names) {
  std::map<std::uint64_t, Written> written;
  for (const auto& [id, part] : down_to_names(node, names)) {
    const auto name = part.is(node) && !part.is_leaf() ? names.end() : names.find(id);
    if (name != names.end()) {
      written[id] = {name->second, name->second.starts_with('-') ? Binding::sign : Binding::call};
    } else if (part.is_leaf()) {
      written[id] = leaf(part);
    } else {
      std::vector<Written> inputs;
      for (const Tensor& input : part.inputs()) inputs.push_back(written.at(input.id()));
      written[id] = apply_template(part, inputs);
    }
  }
  return written.at(node.id()).text;
}

}  // namespace hindsight::explain
