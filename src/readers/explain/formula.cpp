// Formulas from the operations' templates: "{0}^{exponent}" with {0} = u1 + 1 becomes "(u1 + 1)^2".
#include <algorithm>
#include <cmath>

#include <hindsight/explain.hpp>

#include "base/format.hpp"
#include "readers/explain/template.hpp"
#include "readers/explain/written.hpp"

namespace hindsight::explain {
namespace {

/// What read_formula() reads besides calls.
bool is_notation(std::string_view text) {
  static constexpr std::string_view known[] = {
      "{0}",          "-{0}",         "{0} + {1}",    "{0} - {1}",      "{0} * {1}",      "{0} / {1}",
      "{0} @ {1}",    "{0}^T",        "{0}^{1}",      "{0}^{exponent}", "[{0} > {1}]",    "[{0} < {1}]",
      "[{0} >= {1}]", "[{0} <= {1}]", "[{0} == {1}]", "[{0} != {1}]",   "{0} * [{1} > 0]"};
  return std::find(std::begin(known), std::end(known), text) != std::end(known);
}

/// ^T is read as the axes in reverse.
bool is_transpose(const Tensor& node) {
  const Attributes& attributes = node.attributes();
  return node.op().text == "{0}^T" && std::any_of(attributes.begin(), attributes.end(), [](const auto& a) {
           return a.value == AttributeValue(Shape{1, 0});
         });
}

/// Whether an input must stand in brackets: when it binds less tightly than what it stands in, or as tightly
/// on the side from which the operation is not read (a − (b + c), (a^b)^c).
bool needs_brackets(const Op& op, Binding input, std::size_t position) {
  if (op.binding == Binding::call) return false;
  if (input != op.binding) return input < op.binding;
  return op.binding == Binding::power || op.binding == Binding::sign || position > 0;
}

std::string bracketed(const std::string& text, bool brackets) { return brackets ? "(" + text + ")" : text; }

std::string in_notation(const Tensor& node, const std::vector<Written>& inputs) {
  const Op& op = node.op();
  return filled(op.text, node.attributes(), [&](std::size_t position, bool) {
    const Written& input = inputs.at(position);
    return bracketed(input.text, needs_brackets(op, input.binding, position));
  });
}

/// Attributes that the text does not mention; a switch that is off and a reduction over all axes go without
/// saying.
std::string unmentioned(const Tensor& node, std::string_view text) {
  std::string result;
  for (const Attribute& attribute : node.attributes()) {
    const bool all = attribute.name == "axes" && attribute.value == AttributeValue(all_axes(node.input(0)));
    const bool off = attribute.value == AttributeValue(false);
    if (off || all || text.find(formatted("{{{}}}", attribute.name)) != std::string_view::npos) continue;
    result += formatted(", {}={}", attribute.name, value_text(attribute));
  }
  return result;
}

std::string as_call(const Tensor& node, const std::vector<Written>& inputs) {
  const Op& op = node.op();
  bool complete = op.text.starts_with(std::string(op.name) + "(") && op.text.ends_with(')');
  for (std::size_t i = 0; i < inputs.size(); ++i)
    complete = complete && op.text.find(formatted("{{{}}}", i)) != std::string_view::npos;
  std::string text;
  if (complete) {
    text = in_notation(node, inputs);
    text.pop_back();
  } else {
    text = std::string(op.name) + "(";
    for (std::size_t i = 0; i < inputs.size(); ++i) text += (i ? ", " : "") + inputs[i].text;
  }
  return text + unmentioned(node, complete ? op.text : "") + ")";
}

std::pair<std::string, Binding> transposed(const Written& matrix) {
  if (!matrix.transpose.empty()) return {matrix.transpose, matrix.transpose_binding};
  return {bracketed(matrix.text, matrix.binding != Binding::call) + "^T", Binding::power};
}

/// (AB)ᵀ = BᵀAᵀ
void add_transpose(const Op& op, const std::vector<Written>& inputs, Written& result) {
  const auto [left, left_binding] = transposed(inputs[1]);
  const auto [right, right_binding] = transposed(inputs[0]);
  result.transpose = bracketed(left, needs_brackets(op, left_binding, 0)) + " @ " +
                     bracketed(right, needs_brackets(op, right_binding, 1));
  result.transpose_binding = op.binding;
}

}  // namespace

Shape all_axes(const Tensor& tensor) {
  Shape axes;
  for (std::int64_t axis = 0; axis < tensor.dim(); ++axis) axes.push_back(axis);
  return axes;
}

bool is_uniform(const Array& array) {
  if (array.is_abstract()) return false;
  for (std::int64_t i = 1; i < array.elements(); ++i)
    if (array.at(i) != array.at(0)) return false;
  return array.elements() > 0;
}

Written written_name(const Tensor& node, const std::string& name) {
  return {name, name.starts_with('-') ? Binding::sign : Binding::call, node.shape()};
}

Written written_leaf(const Tensor& leaf) {
  if (!leaf.name().empty()) return {leaf.name(), Binding::call, leaf.shape()};
  if (!is_uniform(leaf.array()))
    return {formatted("constant{}", leaf.shape().str()), Binding::call, leaf.shape()};
  const double value = leaf.array().at(0);
  if (std::isnan(value)) return {"nan"};  // whose sign means nothing
  if (leaf.dtype() == boolean) return {value != 0 ? "true" : "false"};
  return {formatted("{}", value), std::signbit(value) ? Binding::sign : Binding::call};
}

Written written(const Tensor& node, std::vector<Written> inputs) {
  const Op& op = node.op();
  if (op.text == "{0}") return inputs[0];
  Written result{"", op.binding, {}};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Written& input = inputs[i];
    if (op.elementwise) {
      result.shape = broadcast(result.shape, input.shape, "formula");
    } else if (input.shape != node.input(i).shape()) {
      input = {formatted("broadcast_to({}, shape={})", input.text, node.input(i).shape().str())};
    }
  }
  if (!op.elementwise) result.shape = node.shape();
  if (is_transpose(node)) {
    std::tie(result.text, result.binding) = transposed(inputs[0]);
    result.transpose = inputs[0].text;
    result.transpose_binding = inputs[0].binding;
  } else if (op.text != "{0}^T" && is_notation(op.text)) {
    result.text = in_notation(node, inputs);
    if (op.text == "{0} @ {1}" && node.dim() == 2) add_transpose(op, inputs, result);
  } else {
    result.text = as_call(node, inputs);
    result.binding = Binding::call;
  }
  return result;
}

std::map<std::uint64_t, Tensor> down_to_names(const Tensor& node, const Names& names) {
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

bool Constants::folds(const Tensor& part, bool is_named) {
  if (part.is_leaf()) {
    const bool is_measured = is_named && is_floating(part.dtype());
    kinds_[part.id()] = part.requires_grad() || is_measured ? Kind::variable
                        : is_named                          ? Kind::label
                        : part.name().empty()               ? Kind::number
                                                            : Kind::symbol;
    return false;
  }
  Kind kind = is_named ? Kind::variable : Kind::number;
  if (!is_named)
    for (const Tensor& input : part.inputs()) kind = std::max(kind, kinds_.at(input.id()));
  kinds_[part.id()] = kind;
  if (kind == Kind::variable || (kind == Kind::label && part.op().elementwise)) return false;
  if (!is_floating(part.dtype()) || !is_uniform(part.array())) return false;
  const double value = part.array().at(0);
  return std::isfinite(value) && (kind != Kind::symbol || value == std::floor(value));
}

Written written_number(double value) {
  const double inverse = 1 / value;
  if (std::abs(inverse) > 2 && std::abs(inverse) < 1e9 &&
      std::abs(inverse - std::round(inverse)) < 1e-12 * std::abs(inverse))
    return {formatted("{:.0f}/{:.0f}", value < 0 ? -1.0 : 1.0, std::abs(inverse)),
            value < 0 ? Binding::sum : Binding::product};
  return {formatted("{}", value), std::signbit(value) ? Binding::sign : Binding::call};
}

Written written_down_to(const Tensor& node, const Names& names) {
  std::map<std::uint64_t, Written> known;
  Constants constants;
  for (const auto& [id, part] : down_to_names(node, names)) {
    const auto name = part.is(node) && !part.is_leaf() ? names.end() : names.find(id);
    if (constants.folds(part, name != names.end())) {
      known[id] = written_number(part.array().at(0));
    } else if (name != names.end()) {
      known[id] = written_name(part, name->second);
    } else if (part.is_leaf()) {
      known[id] = written_leaf(part);
    } else {
      std::vector<Written> inputs;
      for (const Tensor& input : part.inputs()) inputs.push_back(known.at(input.id()));
      known[id] = written(part, std::move(inputs));
    }
  }
  return known.at(node.id());
}

std::string formula(const Tensor& node, const Names& names) { return written_down_to(node, names).text; }

}  // namespace hindsight::explain
