#include <hindsight/ops.hpp>

#include "plan/patterns/patterns.hpp"

namespace hindsight::patterns {
namespace ops {
extern constinit const Op matmul_transposed = {
    .name = "matmul_transposed",
    .latex = R"({0} {1}^\top)",
    .text = "{0} {1}ᵀ",
    .words =
        "a layer's sums without a bias, or the way back through one whose weights lie as inputs by outputs",
    .binding = Binding::product,
    .arity = 2,
    .rule =
        [](Operands in, const Attributes&) {
          return TensorType{{in[0].shape()[0], in[1].shape()[0]}, in[0].dtype()};
        },
    .forward = [](Operands in, const Attributes&,
                  Array& out) { out = linear(Tensor(in[0]), Tensor(in[1])).array(); },
};
extern constinit const Op affine = {
    .name = "affine",
    .latex = R"({0} {1}^\top + {2})",
    .text = "{0} {1}ᵀ + {2}",
    .words = "a layer's sums: every input times its weight, plus the bias",
    .binding = Binding::sum,
    .arity = 3,
    .rule =
        [](Operands in, const Attributes&) {
          return TensorType{{in[0].shape()[0], in[1].shape()[0]}, in[0].dtype()};
        },
    .forward = [](Operands in, const Attributes&,
                  Array& out) { out = linear(Tensor(in[0]), Tensor(in[1]), Tensor(in[2])).array(); },
};
}  // namespace ops

Tensor affine(const Tensor& node, Rewriter&) {
  if (const auto product = inputs_of(node, "matmul"); !product.empty()) {
    const auto weight = inputs_of(product[1], "permute");
    const bool fits =
        !weight.empty() && node.dim() == 2 && weight[0].dim() == 2 && product[0].op().name != "permute";
    return fits ? apply(ops::matmul_transposed, {product[0], weight[0]}) : Tensor();
  }
  const auto sum = inputs_of(node, "add");
  if (sum.empty()) return {};
  const auto product = inputs_of(sum[0], "matmul_transposed"), row = inputs_of(sum[1], "broadcast_to");
  if (product.empty() || row.empty() || node.dim() != 2 || row[0].dim() != 1) return {};
  if (row[0].shape()[0] != node.shape()[1]) return {};  // one number for all units is no bias
  return apply(ops::affine, {product[0], product[1], row[0]});
}

}  // namespace hindsight::patterns
