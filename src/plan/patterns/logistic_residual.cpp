#include <hindsight/ops.hpp>

#include "plan/patterns/patterns.hpp"

namespace hindsight::patterns {
namespace ops {
extern constinit const Op logistic_residual = {
    .name = "logistic_residual",
    .latex = R"(\sigma\left({0}\right) - {1})",
    .text = "sigmoid({0}) - {1}",
    .words = "prediction minus target: the derivative of the cross-entropy by the logit",
    .binding = Binding::sum,
    .arity = 2,
    .elementwise = true,
    .rule = [](Operands in, const Attributes&) { return in[0].type(); },
    .forward = [](Operands in, const Attributes&,
                  Array& out) { out = (sigmoid(Tensor(in[0])) - Tensor(in[1])).array(); },
};
}  // namespace ops

namespace {

/// c · dL/dp · dp/dz with L the cross-entropy of p = σ(z): p(1 − p) cancels (the lesson's "beautiful
/// property").
Tensor of_probability(const Tensor& node, const Rewriter& rewriter) {
  const auto outer = inputs_of(node, "multiply");
  if (outer.empty()) return {};
  const auto inner = inputs_of(outer[0], "multiply");
  if (inner.empty()) return {};
  const Tensor p = rewriter.derivative(outer[1]).of;
  const auto [loss, input] = rewriter.derivative(inner[1]);
  if (!p.defined() || !loss.defined() || input != 0 || p.op().name != "sigmoid") return {};
  if (loss.op().name != "binary_cross_entropy" || !loss.input(0).is(p)) return {};
  return inner[0] * apply(ops::logistic_residual, {p.input(0), loss.input(1)});
}

/// c · σ(z) + (−c) · t = c · (σ(z) − t)
Tensor of_logits(const Tensor& node) {
  const auto sum = inputs_of(node, "add");
  if (sum.empty()) return {};
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    const auto positive = inputs_of(sum[i], "multiply"), negative = inputs_of(sum[1 - i], "multiply");
    if (positive.empty() || negative.empty()) continue;
    const auto z = inputs_of(positive[1], "sigmoid"), opposite = inputs_of(negative[0], "negate");
    if (z.empty()) continue;
    const auto a = uniform_value(positive[0]), b = uniform_value(negative[0]);
    const bool cancels = (a && b && *a == -*b) || (!opposite.empty() && opposite[0].is(positive[0]));
    if (cancels) return positive[0] * apply(ops::logistic_residual, {z[0], negative[1]});
  }
  return {};
}

}  // namespace

Tensor logistic_residual(const Tensor& node, Rewriter& rewriter) {
  const Tensor found = of_probability(node, rewriter);
  return found.defined() ? found : of_logits(node);
}

}  // namespace hindsight::patterns
