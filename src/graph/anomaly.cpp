#include "graph/anomaly.hpp"

#include <cmath>

#include <hindsight/error.hpp>
#include <hindsight/op.hpp>

#include "array/position.hpp"
#include "base/format.hpp"
#include "graph/scope.hpp"

namespace hindsight {
namespace {

constexpr const char* way_out =
    "keep its inputs where it is finite (maximum, an epsilon), or take a form that cannot overflow there "
    "(losses from logits, log_softmax, softplus)";

enum class Number { finite, infinite, nan };

Number kind_of(double value) {
  return std::isnan(value) ? Number::nan : std::isinf(value) ? Number::infinite : Number::finite;
}

/// The worst of the numbers, and where the first such stands.
struct Finding {
  Number worst = Number::finite;
  std::int64_t element = 0;
};

Finding search(const Array& array) {
  Finding finding;
  if (array.is_abstract() || !is_floating(array.dtype())) return finding;
  for (std::int64_t i = 0; i < array.elements(); ++i) {
    const Number kind = kind_of(array.at(i));
    if (kind > finding.worst) finding = {kind, i};
    if (kind == Number::nan) break;
  }
  return finding;
}

/// A NaN has no sign that would mean anything.
std::string printed(double value) { return std::isnan(value) ? "nan" : formatted("{}", value); }

std::string titled(const Op& op, const std::string& module) {
  return module.empty() ? std::string(op.name) : formatted("{} in module \"{}\"", op.name, module);
}

/// "from 0 (input 0, shape [2])": the numbers where the operation is elementwise, else the shapes.
std::string ingredients(const Op& op, std::span<const Tensor> inputs, std::int64_t element) {
  std::string text;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    if (k) text += k + 1 == inputs.size() ? " and " : ", ";
    const std::string value =
        op.elementwise ? printed(inputs[k].array().at(element)) + " in " : std::string();
    text += formatted("{}input {} {}", value, k, inputs[k].shape().str());
  }
  return text;
}

[[noreturn]] void fail_given(const Op& op, const std::string& module, const Tensor& input, std::size_t k,
                             std::int64_t element) {
  const std::string who = !input.is_leaf()       ? formatted("a result of {}", input.op().name)
                          : input.name().empty() ? std::string("a leaf")
                                                 : formatted("\"{}\"", input.name());
  fail<AnomalyError>(
      "{} was given nan: element {} of its input {}, {} of shape {}; look at where that comes from (a cell "
      "of the data, a step that was too large)",
      titled(op, module), position(input.shape(), element), k, who, input.shape().str());
}

}  // namespace

void require_finite(const Op& op, const Inputs& inputs, const Array& result) {
  const Finding made = search(result);
  if (made.worst == Number::finite) return;
  const std::string module = current_scope() ? current_scope()->path() : "";
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const Finding given = search(inputs[k].array());
    if (given.worst == Number::nan) fail_given(op, module, inputs[k], k, given.element);
    if (given.worst == Number::infinite && made.worst == Number::infinite) return;
  }
  fail<AnomalyError>("{} made {}: element {} of its result {}, from {}; {}", titled(op, module),
                     printed(result.at(made.element)), position(result.shape(), made.element),
                     result.shape().str(), ingredients(op, inputs, made.element), way_out);
}

void require_finite_gradient(const Tensor& node, const Tensor& cotangent, std::size_t k,
                             const Tensor& gradient) {
  const Finding made = search(gradient.array());
  if (made.worst == Number::finite || search(cotangent.array()).worst == made.worst) return;
  const bool same_place = node.op().elementwise;
  fail<AnomalyError>(
      "the derivative of {} made {} in the backward pass: element {} of the gradient of its input {} {}, "
      "from {}{}; {}",
      titled(node.op(), node.module_path()), printed(gradient.array().at(made.element)),
      position(gradient.shape(), made.element), k, gradient.shape().str(),
      same_place
          ? formatted("the gradient {} of its result and ", printed(cotangent.array().at(made.element)))
          : "",
      ingredients(node.op(), node.inputs(), made.element), way_out);
}

}  // namespace hindsight
