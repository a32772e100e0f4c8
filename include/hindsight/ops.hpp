#pragma once
#include <optional>

#include <hindsight/tensor.hpp>

/// The operations, as functions of tensors. Names, arguments and conventions at kinks are PyTorch's
/// (torch.NAME). Inputs broadcast and promote as in PyTorch, except that float32 with float64 is a
/// DTypeError.
namespace hindsight {

Tensor operator+(const Tensor& a, const Tensor& b);
Tensor operator-(const Tensor& a, const Tensor& b);
Tensor operator*(const Tensor& a, const Tensor& b);
Tensor operator/(const Tensor& a, const Tensor& b);
Tensor operator-(const Tensor& x);
Tensor pow(const Tensor& base, const Tensor& exponent);
/// A number meets a tensor in the tensor's own dtype (float32 when that is an integer or bool), as in
/// PyTorch.
Tensor operator+(const Tensor& a, double b);
Tensor operator+(double a, const Tensor& b);
Tensor operator-(const Tensor& a, double b);
Tensor operator-(double a, const Tensor& b);
Tensor operator*(const Tensor& a, double b);
Tensor operator*(double a, const Tensor& b);
Tensor operator/(const Tensor& a, double b);
Tensor operator/(double a, const Tensor& b);
Tensor pow(const Tensor& base, double exponent);

/// Comparisons give bool tensors; they have no gradient.
Tensor operator>(const Tensor& a, const Tensor& b);
Tensor operator>=(const Tensor& a, const Tensor& b);
Tensor operator<(const Tensor& a, const Tensor& b);
Tensor operator<=(const Tensor& a, const Tensor& b);
Tensor operator==(const Tensor& a, const Tensor& b);
Tensor operator!=(const Tensor& a, const Tensor& b);
Tensor operator>(const Tensor& a, double b);
Tensor operator>=(const Tensor& a, double b);
Tensor operator<(const Tensor& a, double b);
Tensor operator<=(const Tensor& a, double b);
Tensor operator==(const Tensor& a, double b);
Tensor operator!=(const Tensor& a, double b);

Tensor exp(const Tensor& x);
Tensor log(const Tensor& x);
Tensor sqrt(const Tensor& x);
/// |x|; the derivative at 0 is 0.
Tensor abs(const Tensor& x);
/// −1, 0 or 1; its gradient is zero.
Tensor sign(const Tensor& x);
Tensor sin(const Tensor& x);
Tensor cos(const Tensor& x);
Tensor tan(const Tensor& x);
Tensor tanh(const Tensor& x);
/// 1 / (1 + e^−x)
Tensor sigmoid(const Tensor& x);
/// max(0, x); the derivative at 0 is 0.
Tensor relu(const Tensor& x);
/// 1 where x > 0, else 0: the derivative of relu. Its own gradient is zero.
Tensor step(const Tensor& x);
/// x where it is positive, else negative_slope · x; the derivative at 0 is the slope.
Tensor leaky_relu(const Tensor& x, double negative_slope = 0.01);
/// log(1 + e^x) without overflow.
Tensor softplus(const Tensor& x);
/// The error function, 2/√π · ∫₀ˣ e^(−t²) dt.
Tensor erf(const Tensor& x);
/// x · Φ(x) with the normal distribution function Φ, by erf and not by tanh.
Tensor gelu(const Tensor& x);
/// x · sigmoid(x), also called swish.
Tensor silu(const Tensor& x);
/// The larger of both; ties share the gradient equally.
Tensor maximum(const Tensor& a, const Tensor& b);
Tensor minimum(const Tensor& a, const Tensor& b);
/// `a` where the bool `condition` holds, else `b`.
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);
/// −(t·log p + (1 − t)·log(1 − p)) for each element, the logarithms held at −100 as torch.nn.BCELoss does.
Tensor binary_cross_entropy(const Tensor& probability, const Tensor& target);

/// PyTorch's rules for matrices; 1-D and batched forms come with a later issue.
Tensor matmul(const Tensor& a, const Tensor& b);
/// input · weightᵀ + bias, weight stored out × in as in torch.nn.functional.linear; `bias` may be undefined.
Tensor linear(const Tensor& input, const Tensor& weight, const Tensor& bias = {});

/// Over all axes, one, or several: sum(x), sum(x, -1), sum(x, {0, 2}, true).
Tensor sum(const Tensor& x, std::optional<Shape> axes = {}, bool keepdim = false);
inline Tensor sum(const Tensor& x, std::int64_t axis, bool keepdim = false) { return x.sum(axis, keepdim); }
inline Tensor sum(const Tensor& x, AxisList axes, bool keepdim = false) { return x.sum(axes, keepdim); }
Tensor mean(const Tensor& x, std::optional<Shape> axes = {}, bool keepdim = false);
inline Tensor mean(const Tensor& x, std::int64_t axis, bool keepdim = false) { return x.mean(axis, keepdim); }
inline Tensor mean(const Tensor& x, AxisList axes, bool keepdim = false) { return x.mean(axes, keepdim); }
Tensor softmax(const Tensor& x, std::int64_t axis);
Tensor log_softmax(const Tensor& x, std::int64_t axis);
/// A bool tensor with a new last axis of `classes` entries: true at the class of each int64 element.
/// Throws IndexError for a class outside [0, classes).
Tensor one_hot(const Tensor& classes_of, std::int64_t classes);
/// 0 with probability p, else 1/(1 − p), for each element of `shape`: Philox4x32-10 with the key and the high
/// half of the counter from int64 [2], (seed, step). It has no gradient. Throws ValueError when p is no
/// probability.
Tensor dropout_mask(const Tensor& seed_and_step, const Shape& shape, double p, DType dtype = float32);
/// `x` placed at `start` along `axis` of zeros that are `length` long there: the derivative of a slice.
Tensor pad(const Tensor& x, std::int64_t axis, std::int64_t start, std::int64_t length);

}  // namespace hindsight
