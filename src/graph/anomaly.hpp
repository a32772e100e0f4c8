#pragma once
#include <hindsight/tensor.hpp>

namespace hindsight {

/// Throws AnomalyError when `result` holds a NaN or an infinity that `inputs` do not account for, or a NaN
/// that one of them brought in.
void require_finite(const Op& op, const Inputs& inputs, const Array& result);
/// The same for the gradient that `node` hands on to its input `k`, made from its own `cotangent`.
void require_finite_gradient(const Tensor& node, const Tensor& cotangent, std::size_t k,
                             const Tensor& gradient);

}  // namespace hindsight
