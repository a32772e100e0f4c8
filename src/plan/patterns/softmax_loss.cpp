#include <hindsight/ops.hpp>

#include "plan/patterns/patterns.hpp"

namespace hindsight::patterns {
namespace {

Tensor one_hot_times(const Tensor& z, const Tensor& k, const Tensor& values) {
  return one_hot(k, z.shape()[1]).to(z.dtype()) * values;
}

}  // namespace

namespace ops {
extern constinit const Op softmax_loss = {
    .name = "softmax_loss",
    .latex = R"(\ln \sum_c e^{{0}_c} - {0}_{{1}})",
    .text = "log_sum_exp({0}) - {0}[{1}]",
    .words = "the cross-entropy of a softmax, from its logits",
    .binding = Binding::sum,
    .arity = 2,
    .rule =
        [](Operands in, const Attributes&) {
          return TensorType{{in[0].shape()[0]}, in[0].dtype()};
        },
    .forward =
        [](Operands in, const Attributes&, Array& out) {
          const Tensor z(in[0]), k(in[1]);
          out = (-sum(one_hot_times(z, k, log_softmax(z, 1)), Shape{1})).array();
        },
};
extern constinit const Op softmax_residual = {
    .name = "softmax_residual",
    .latex = R"(\operatorname{softmax}\left({0}\right) - \left[{1} = c\right]_c)",
    .text = "softmax({0}) - one_hot({1})",
    .words = "prediction minus target: the derivative of the cross-entropy by the logits",
    .binding = Binding::sum,
    .arity = 2,
    .rule = [](Operands in, const Attributes&) { return in[0].type(); },
    .forward =
        [](Operands in, const Attributes&, Array& out) {
          const Tensor z(in[0]), k(in[1]);
          out = (softmax(z, 1) - one_hot(k, z.shape()[1]).to(z.dtype())).array();
        },
};
}  // namespace ops

namespace {

/// The class indices k when `node` is one_hot(k) as numbers, for as many classes as it has columns.
Tensor classes_of(const Tensor& node) {
  const auto flags = inputs_of(node, "cast");
  if (flags.empty()) return {};
  const auto classes = inputs_of(flags[0], "one_hot");
  return classes.empty() || classes[0].dim() != 1 ? Tensor() : classes[0];
}

bool along_classes(const Tensor& log_softmax) {
  return log_softmax.dim() == 2 && log_softmax.attributes().get<std::int64_t>("axis") == 1;
}

}  // namespace

// Σ one_hot(k) · log_softmax(z) = −softmax_loss(z, k)
Tensor softmax_loss(const Tensor& node, Rewriter&) {
  const auto total = inputs_of(node, "sum");
  if (total.empty() || node.attributes().get<Shape>("axes") != Shape{1} || node.dim() != 1) return {};
  const auto product = inputs_of(total[0], "multiply");
  if (product.empty()) return {};
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    const Tensor k = classes_of(product[i]);
    const auto z = inputs_of(product[1 - i], "log_softmax");
    if (k.defined() && !z.empty() && along_classes(product[1 - i]))
      return -apply(ops::softmax_loss, {z[0], k});
  }
  return {};
}

// With g = c · one_hot(k), which adds up to c along the classes: g − softmax(z) · Σg = −c · (softmax(z) −
// one_hot(k)).
Tensor softmax_residual(const Tensor& node, Rewriter&) {
  const auto difference = inputs_of(node, "subtract");
  if (difference.empty()) return {};
  const auto g = inputs_of(difference[0], "multiply"), right = inputs_of(difference[1], "multiply");
  if (g.empty() || right.empty()) return {};
  const auto log_p = inputs_of(right[0], "exp"), spread = inputs_of(right[1], "broadcast_to");
  if (log_p.empty() || spread.empty()) return {};
  const auto z = inputs_of(log_p[0], "log_softmax"), total = inputs_of(spread[0], "sum");
  if (z.empty() || total.empty() || !total[0].is(difference[0]) || !along_classes(log_p[0])) return {};
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    const Tensor k = classes_of(g[i]);
    const auto c = uniform_value(g[1 - i]);
    if (!k.defined() || !c) continue;
    const Tensor factor = Tensor(Array::full({}, -*c, node.dtype())).broadcast_to(node.shape());
    return factor * apply(ops::softmax_residual, {z[0], k});
  }
  return {};
}

}  // namespace hindsight::patterns
