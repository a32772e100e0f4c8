#include <array>

#include <hindsight/error.hpp>
#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "graph/anomaly.hpp"
#include "graph/compute.hpp"
#include "graph/mode.hpp"
#include "graph/node.hpp"

namespace hindsight {
namespace {

/// `matmul in module "2": shapes …`
template <class E>
[[noreturn]] void rethrow_located(const Op& op, const E& error) {
  const ScopeHandle& scope = current_scope();
  if (scope) fail<E>("{} in module \"{}\": {}", op.name, scope->path(), error.what());
  fail<E>("{}: {}", op.name, error.what());
}

TensorType checked_type(const Op& op, Operands operands, const Attributes& attributes) {
  try {
    if (op.arity >= 0 && operands.size() != static_cast<std::size_t>(op.arity))
      fail<ValueError>("takes {} input{}, and got {}", op.arity, op.arity == 1 ? "" : "s", operands.size());
    TensorType type = op.rule(operands, attributes);
    type.shape.checked();
    return type;
  } catch (const ShapeError& error) {
    rethrow_located(op, error);
  } catch (const DTypeError& error) {
    rethrow_located(op, error);
  } catch (const IndexError& error) {
    rethrow_located(op, error);
  } catch (const ValueError& error) {
    rethrow_located(op, error);
  }
}

}  // namespace

Array computed(const Op& op, Operands operands, const Attributes& attributes, TensorType type) {
  if (op.view) return op.view(operands[0], attributes);
  Array out(std::move(type.shape), type.dtype);
  op.forward(operands, attributes, out);
  return out;
}

Tensor apply(const Op& op, Inputs inputs, Attributes attributes) {
  InlineVector<const Array*, 4> arrays;
  bool needs_grad = false;
  for (const Tensor& input : inputs) {
    arrays.push_back(&input.array());
    needs_grad |= Node::of(input).requires_grad;
  }
  TensorType type = checked_type(op, Operands(arrays), attributes);
  Array value = mode().capture ? Array::abstract(std::move(type.shape), type.dtype)
                               : computed(op, Operands(arrays), attributes, std::move(type));
  if (mode().anomaly) require_finite(op, inputs, value);
  auto node = std::make_unique<Node>(op, std::move(value));
  node->requires_grad =
      needs_grad && mode().grad && op.is_differentiable() && is_floating(node->value.dtype());
  // Without a use for it, history would only keep memory alive.
  if (node->requires_grad || mode().capture || mode().history) {
    node->inputs = std::move(inputs);
    node->attributes = std::move(attributes);
  }
  return Node::adopt(node.release());
}

}  // namespace hindsight
