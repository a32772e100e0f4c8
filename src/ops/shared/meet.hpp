#pragma once
#include <utility>

#include <hindsight/tensor.hpp>

namespace hindsight {

/// Both inputs in one dtype and one shape, by PyTorch's rules of promotion and NumPy's of broadcasting.
/// The broadcasts become nodes of their own, so that no derivative has to think of them.
std::pair<Tensor, Tensor> meet(const Tensor& a, const Tensor& b, const char* operation);

/// A scalar constant in the dtype in which `value` meets `x`: its own, or float32 for a fraction with an
/// integer or bool.
Tensor constant_like(const Tensor& x, double value);

/// `x`, converted to float32 when it is an integer or bool: what exp and its like take, as in PyTorch.
Tensor floating_point(const Tensor& x);
/// `x` in the dtype that a caller of `operation` asks for. Throws DTypeError unless that is a float.
Tensor floating_point(const Tensor& x, DType dtype, const char* operation);

}  // namespace hindsight
