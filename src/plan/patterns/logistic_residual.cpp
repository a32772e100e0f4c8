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

/// c · body; a factor of 1 has been left out of the graph.
struct Term {
  Tensor factor;  // undefined: 1
  Tensor body;
  Tensor times(const Tensor& other) const { return factor.defined() ? factor * other : other; }
};

/// c · dL/dp · dp/dz with L the cross-entropy of p = σ(z): p(1 − p) cancels (the lesson's "beautiful
/// property").
Tensor of_probability(const Tensor& node, const Rewriter& rewriter) {
  const auto outer = inputs_of(node, "multiply");
  if (outer.empty()) return {};
  const auto inner = inputs_of(outer[0], "multiply");
  const Term single{{}, outer[0]}, scaled = inner.empty() ? single : Term{inner[0], inner[1]};
  const Tensor p = rewriter.derivative(outer[1]).of;
  if (!p.defined() || p.op().name != "sigmoid") return {};
  for (const Term& term : {scaled, single}) {
    const Rewriter::Derivative partial = rewriter.derivative(term.body);
    if (!partial.of.defined() || partial.input != 0 || partial.of.op().name != "binary_cross_entropy")
      continue;
    if (partial.of.input(0).is(p))
      return term.times(apply(ops::logistic_residual, {p.input(0), partial.of.input(1)}));
  }
  return {};
}

/// c · σ(z), with σ(z) as the body; or none.
Term of_sigmoid(const Tensor& node) {
  if (node.op().name == "sigmoid") return {{}, node};
  const auto product = inputs_of(node, "multiply");
  return !product.empty() && product[1].op().name == "sigmoid" ? Term{product[0], product[1]} : Term{};
}

/// What t is multiplied by in −c · t, when c is the factor of `positive`; undefined when it is not.
Tensor opposite_of(const Term& positive, const Tensor& node) {
  if (const auto x = inputs_of(node, "negate"); !x.empty() && !positive.factor.defined()) return x[0];
  const auto product = inputs_of(node, "multiply");
  if (product.empty()) return {};
  const auto negated = inputs_of(product[0], "negate");
  if (!negated.empty() && positive.factor.defined() && negated[0].is(positive.factor)) return product[1];
  const auto a = positive.factor.defined() ? uniform_value(positive.factor) : std::optional<double>(1);
  const auto b = uniform_value(product[0]);
  return a && b && *a == -*b ? product[1] : Tensor();
}

/// c · σ(z) + (−c) · t = c · (σ(z) − t)
Tensor of_logits(const Tensor& node) {
  const auto sum = inputs_of(node, "add");
  if (sum.empty()) return {};
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    const Term positive = of_sigmoid(sum[i]);
    const Tensor t = positive.body.defined() ? opposite_of(positive, sum[1 - i]) : Tensor();
    if (t.defined()) return positive.times(apply(ops::logistic_residual, {positive.body.input(0), t}));
  }
  return {};
}

}  // namespace

Tensor logistic_residual(const Tensor& node, Rewriter& rewriter) {
  const Tensor found = of_probability(node, rewriter);
  return found.defined() ? found : of_logits(node);
}

}  // namespace hindsight::patterns
