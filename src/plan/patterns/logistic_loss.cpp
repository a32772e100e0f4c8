#include <hindsight/ops.hpp>

#include "plan/patterns/patterns.hpp"

namespace hindsight::patterns {
namespace ops {
extern constinit const Op logistic_loss = {
    .name = "logistic_loss",
    .latex = R"(\ln\left(1 + e^{{0}}\right) - {1} {0})",
    .text = "ln(1 + exp({0})) - {1} {0}",
    .words = "the cross-entropy of a sigmoid, from its logit: neither saturates nor rounds to 1",
    .binding = Binding::sum,
    .arity = 2,
    .elementwise = true,
    .rule = [](Operands in, const Attributes&) { return in[0].type(); },
    .forward =
        [](Operands in, const Attributes&, Array& out) {
          const Tensor z(in[0]), t(in[1]);
          out = (softplus(z) - t * z).array();
        },
};
}  // namespace ops

Tensor logistic_loss(const Tensor& node, Rewriter&) {
  if (const auto loss = inputs_of(node, "binary_cross_entropy"); !loss.empty()) {
    const auto p = inputs_of(loss[0], "sigmoid");
    return p.empty() ? Tensor() : apply(ops::logistic_loss, {p[0], loss[1]});
  }
  const auto difference = inputs_of(node, "subtract");
  if (difference.empty()) return {};
  const auto plus = inputs_of(difference[0], "softplus"), product = inputs_of(difference[1], "multiply");
  if (plus.empty() || product.empty()) return {};
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}})
    if (product[i].is(plus[0])) return apply(ops::logistic_loss, {plus[0], product[1 - i]});
  return {};
}

}  // namespace hindsight::patterns
