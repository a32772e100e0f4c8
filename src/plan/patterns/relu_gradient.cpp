#include <hindsight/ops.hpp>

#include "plan/patterns/patterns.hpp"

namespace hindsight::patterns {
namespace ops {
extern constinit const Op relu_gradient = {
    .name = "relu_gradient",
    .latex = R"({0} \cdot \left[{1} > 0\right])",
    .text = "{0} [{1} > 0]",
    .words = "lets the cotangent through where the unit was active",
    .binding = Binding::product,
    .arity = 2,
    .elementwise = true,
    .rule = [](Operands in, const Attributes&) { return in[0].type(); },
    .forward =
        [](Operands in, const Attributes&, Array& out) {
          const Tensor g(in[0]), y(in[1]);
          out = where(y > 0, g, g * 0).contiguous().array();
        },
};
}  // namespace ops

// relu(x) > 0 where x > 0, so the result serves as the mask and x need not be kept.
Tensor relu_gradient(const Tensor& node, Rewriter& rewriter) {
  const auto product = inputs_of(node, "multiply");
  if (product.empty()) return {};
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    const Tensor y = rewriter.derivative(product[i]).of;
    if (y.defined() && y.op().name == "relu") return apply(ops::relu_gradient, {product[1 - i], y});
  }
  return {};
}

}  // namespace hindsight::patterns
