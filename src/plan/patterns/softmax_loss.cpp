#include <hindsight/ops.hpp>

#include "plan/patterns/patterns.hpp"

namespace hindsight::patterns {
namespace {

/// What the class of each row holds, as a vector.
Tensor chosen(const Tensor& k, const Tensor& values) {
  const Tensor nothing(Array::full({}, 0, values.dtype()));
  return sum(where(one_hot_mask(k, values.shape()[1]), values, nothing), Shape{1});
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
          out = (-chosen(k, log_softmax(z, 1))).array();
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

/// where(one_hot(k), values, 0), for as many classes as there are columns; or none.
struct Choice {
  Tensor k, values;
};
Choice choice_of(const Tensor& node) {
  const auto parts = inputs_of(node, "where");
  if (parts.empty() || uniform_value(parts[2]) != 0) return {};
  const auto classes = inputs_of(parts[0], "one_hot");
  return classes.empty() || classes[0].dim() != 1 ? Choice{} : Choice{classes[0], parts[1]};
}

bool along_classes(const Tensor& log_softmax) {
  return log_softmax.dim() == 2 && log_softmax.attributes().get<std::int64_t>("axis") == 1;
}

}  // namespace

// Σ where(one_hot(k), log_softmax(z), 0) = −softmax_loss(z, k)
Tensor softmax_loss(const Tensor& node, Rewriter&) {
  const auto total = inputs_of(node, "sum");
  if (total.empty() || node.attributes().get<Shape>("axes") != Shape{1} || node.dim() != 1) return {};
  const Choice choice = choice_of(total[0]);
  if (!choice.k.defined()) return {};
  const auto z = inputs_of(choice.values, "log_softmax");
  return z.empty() || !along_classes(choice.values) ? Tensor() : -apply(ops::softmax_loss, {z[0], choice.k});
}

// With g = where(one_hot(k), c, 0), which adds up to c along the classes: g − softmax(z) · Σg =
// −c · (softmax(z) − one_hot(k)).
Tensor softmax_residual(const Tensor& node, Rewriter&) {
  const auto difference = inputs_of(node, "subtract");
  if (difference.empty()) return {};
  const auto right = inputs_of(difference[1], "multiply");
  if (right.empty()) return {};
  const auto log_p = inputs_of(right[0], "exp"), spread = inputs_of(right[1], "broadcast_to");
  if (log_p.empty() || spread.empty()) return {};
  const auto z = inputs_of(log_p[0], "log_softmax"), total = inputs_of(spread[0], "sum");
  if (z.empty() || total.empty() || !total[0].is(difference[0]) || !along_classes(log_p[0])) return {};
  const Choice choice = choice_of(difference[0]);
  const auto c = choice.k.defined() ? uniform_value(choice.values) : std::nullopt;
  if (!c) return {};
  const Tensor factor = Tensor(Array::full({}, -*c, node.dtype())).broadcast_to(node.shape());
  return factor * apply(ops::softmax_residual, {z[0], choice.k});
}

}  // namespace hindsight::patterns
