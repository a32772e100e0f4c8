#include <hindsight/ops.hpp>

#include "plan/patterns/patterns.hpp"

namespace hindsight::patterns {
namespace {

bool is_identity(const Shape& axes) {
  for (std::size_t i = 0; i < axes.size(); ++i)
    if (axes[i] != static_cast<std::int64_t>(i)) return false;
  return true;
}

Tensor permute(const Tensor& node) {
  const Shape& axes = node.attributes().get<Shape>("axes");
  const Tensor& x = node.input(0);
  if (is_identity(axes)) return x;
  if (x.op().name == "permute") {
    const Shape& before = x.attributes().get<Shape>("axes");
    Shape both;
    for (const std::int64_t axis : axes) both.push_back(before[static_cast<std::size_t>(axis)]);
    return is_identity(both) ? x.input(0) : x.input(0).permute(both);
  }
  // (A·B)ᵀ = Bᵀ·Aᵀ, where that leaves fewer transposes.
  if (const auto product = inputs_of(x, "matmul"); !product.empty() && x.dim() == 2)
    if (product[0].op().name == "permute" || product[1].op().name == "permute")
      return matmul(product[1].t(), product[0].t());
  return {};
}

/// An operation on constants is a constant; an elementwise one on uniform constants is computed once.
Tensor constant(const Tensor& node) {
  if (node.inputs().empty()) return {};
  for (const Tensor& input : node.inputs())
    if (!uniform_value(input)) return {};
  if (node.op().name == "broadcast_to") {
    const Tensor& x = node.input(0);
    if (x.is_leaf() && x.dim() == 0) return {};
    return Tensor(Array::full({}, *uniform_value(x), x.dtype())).broadcast_to(node.shape());
  }
  if (node.elements() == 1 && node.op().name == "reshape")
    return Tensor(Array::full(node.shape(), *uniform_value(node), node.dtype()));
  if (!node.op().elementwise) return {};
  Inputs scalars;
  for (const Tensor& input : node.inputs())
    scalars.push_back(Tensor(Array::full({}, *uniform_value(input), input.dtype())));
  const Tensor value(evaluated(apply(node.op(), scalars, node.attributes())));
  return node.dim() == 0 ? value : value.broadcast_to(node.shape());
}

Tensor arithmetic(const Tensor& node) {
  if (const auto x = inputs_of(node, "negate"); !x.empty()) {
    const auto inner = inputs_of(x[0], "negate");
    return inner.empty() ? Tensor() : inner[0];
  }
  if (const auto x = inputs_of(node, "multiply"); !x.empty()) {
    if (uniform_value(x[0]) == 1) return x[1];
    if (uniform_value(x[1]) == 1) return x[0];
  }
  if (const auto x = inputs_of(node, "divide"); !x.empty() && uniform_value(x[1]) == 1) return x[0];
  return {};
}

}  // namespace

Tensor simplify(const Tensor& node, Rewriter&) {
  const std::string_view name = node.op().name;
  if (name == "permute") return permute(node);
  if ((name == "reshape" || name == "broadcast_to") && node.shape() == node.input(0).shape())
    return node.input(0);
  if (const Tensor value = constant(node); value.defined()) return value;
  return arithmetic(node);
}

}  // namespace hindsight::patterns
