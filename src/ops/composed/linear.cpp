#include <hindsight/ops.hpp>

namespace hindsight {

Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& bias) {
  const Tensor product = matmul(input, weight.t());
  return bias.defined() ? product + bias : product;
}

}  // namespace hindsight
