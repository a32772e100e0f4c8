#include "plan/patterns/patterns.hpp"

namespace hindsight::patterns {

std::vector<Rewriter::Pattern> all() {
  return {simplify, affine, logistic_loss, logistic_residual, softmax_loss, softmax_residual};
}

std::span<const Tensor> inputs_of(const Tensor& node, std::string_view operation) {
  return node.op().name == operation ? node.inputs() : std::span<const Tensor>();
}

}  // namespace hindsight::patterns
