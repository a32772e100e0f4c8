// Normalizations: (x − mean) / √(variance + eps) over some axes, then one scale and shift for each of the
// others.
#include <algorithm>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/located.hpp"

namespace hindsight {
namespace {

/// Mean and biased variance, in two passes: the square of a mean would cancel.
struct Moments {
  Tensor mean, centered, variance;
  Moments(const Tensor& x, const Shape& axes) {
    mean = x.mean(axes, true);
    centered = x - mean;
    variance = square(centered).mean(axes, true);
  }
  Tensor normalized(double eps) const { return centered * rsqrt(variance + eps); }
};

Tensor scaled_and_shifted(const Tensor& x, const Tensor& weight, const Tensor& bias, const Shape& shape) {
  const Tensor scaled = weight.defined() ? x * weight.reshape(shape) : x;
  return bias.defined() ? scaled + bias.reshape(shape) : scaled;
}

void require_shape(const char* function, const char* what, const Tensor& tensor, const Shape& shape) {
  if (tensor.defined() && tensor.shape() != shape)
    fail<ShapeError>("{}: takes a {} of shape {}, and it has {}", located(function), what, shape.str(),
                     tensor.shape().str());
}

/// [1, channels, 1, …]: one number for each entry of axis 1.
Shape per_channel(const Shape& shape) {
  Shape result(shape.size(), 1);
  result[1] = shape[1];
  return result;
}

/// PyTorch's rule: momentum · new + (1 − momentum) · old; the variance that is kept is the unbiased one.
void update(Parameter& running, const Tensor& batch, const Tensor& momentum) {
  const Tensor old = running.value();
  running.assign(old + (batch.reshape(old.shape()) - old) * momentum.to(old.dtype()));
}

void require_batch_norm(const Tensor& x, const Parameter& mean, const Parameter& variance,
                        const Tensor& weight, const Tensor& bias, bool training) {
  constexpr const char* function = "batch_norm";
  if (x.dim() < 2)
    fail<ShapeError>("{}: takes [batch, channels, …], and its input has shape {}; reshape it",
                     located(function), x.shape().str());
  const Shape channels{x.shape()[1]};
  if (mean.defined() != variance.defined() || (!training && !mean.defined()))
    fail<ValueError>("{}: needs both running_mean and running_var{}", located(function),
                     training ? ", or neither" : " where it is not in training");
  if (mean.defined()) require_shape(function, "running_mean", mean, channels);
  if (variance.defined()) require_shape(function, "running_var", variance, channels);
  require_shape(function, "weight", weight, channels);
  require_shape(function, "bias", bias, channels);
  if (training && x.elements() == channels[0])
    fail<ValueError>(
        "{}: in training it needs more than one value for each channel, and its input has shape {}; give it "
        "a "
        "larger batch, or call eval()",
        located(function), x.shape().str());
}

}  // namespace

Tensor batch_norm(const Tensor& input, Parameter running_mean, Parameter running_var, const Tensor& weight,
                  const Tensor& bias, bool training, const Tensor& momentum, double eps) {
  require_batch_norm(input, running_mean, running_var, weight, bias, training);
  const Shape shape = per_channel(input.shape());
  if (!training) {
    const Tensor mean = running_mean.value().reshape(shape), variance = running_var.value().reshape(shape);
    return scaled_and_shifted((input - mean) * rsqrt(variance + eps), weight, bias, shape);
  }
  Shape axes{0};
  for (std::int64_t axis = 2; axis < input.dim(); ++axis) axes.push_back(axis);
  const Moments moments(input, axes);
  if (running_mean.defined() && input.elements() > 0) {
    const std::int64_t of_a_channel = input.elements() / input.shape()[1];
    const auto count = static_cast<double>(of_a_channel);
    update(running_mean, moments.mean.detach(), momentum);
    update(running_var, moments.variance.detach() * (count / (count - 1)), momentum);
  }
  return scaled_and_shifted(moments.normalized(eps), weight, bias, shape);
}

Tensor batch_norm(const Tensor& input, Parameter running_mean, Parameter running_var, const Tensor& weight,
                  const Tensor& bias, bool training, double momentum, double eps) {
  return batch_norm(input, std::move(running_mean), std::move(running_var), weight, bias, training,
                    full({}, momentum, {.dtype = input.dtype()}), eps);
}

Tensor layer_norm(const Tensor& input, const Shape& normalized_shape, const Tensor& weight,
                  const Tensor& bias, double eps) {
  const Shape& x = input.shape();
  const std::size_t count = normalized_shape.size();
  if (count == 0 || count > x.size() ||
      !std::equal(normalized_shape.begin(), normalized_shape.end(), x.end() - count))
    fail<ShapeError>("{}: normalizes the last axes {}, and its input has shape {}", located("layer_norm"),
                     normalized_shape.str(), x.str());
  require_shape("layer_norm", "weight", weight, normalized_shape);
  require_shape("layer_norm", "bias", bias, normalized_shape);
  Shape axes;
  for (std::size_t i = x.size() - count; i < x.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  return scaled_and_shifted(Moments(input, axes).normalized(eps), weight, bias, normalized_shape);
}

Tensor group_norm(const Tensor& input, std::int64_t num_groups, const Tensor& weight, const Tensor& bias,
                  double eps) {
  const Shape& x = input.shape();
  if (x.size() < 2)
    fail<ShapeError>("{}: takes [batch, channels, …], and its input has shape {}; reshape it",
                     located("group_norm"), x.str());
  if (num_groups < 1 || x[1] % num_groups != 0)
    fail<ValueError>("{}: num_groups is {} and must divide the {} channels of an input of shape {}",
                     located("group_norm"), num_groups, x[1], x.str());
  require_shape("group_norm", "weight", weight, {x[1]});
  require_shape("group_norm", "bias", bias, {x[1]});
  const std::int64_t each = x[0] * x[1] == 0 ? 0 : x.elements() / (x[0] * num_groups);
  const Moments moments(input.reshape({x[0], num_groups, each}), {2});
  return scaled_and_shifted(moments.normalized(eps).reshape(x), weight, bias, per_channel(x));
}

}  // namespace hindsight
