// conv1d and conv2d: what PyTorch's arguments mean for the one convolution that there is.
#include <string_view>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/composed/images.hpp"
#include "ops/shared/convolution.hpp"
#include "ops/shared/located.hpp"

namespace hindsight {
namespace {

using images::for_each_axis;
using images::in_two_axes;

/// The channels and the kernel, checked with the shapes that the caller knows.
void require_fitting(const char* function, const Tensor& input, const Tensor& weight, const Tensor& bias,
                     std::size_t axes, std::int64_t groups) {
  const Shape &x = input.shape(), &w = weight.shape();
  if (w.size() != axes + 2)
    fail<ShapeError>(
        "{}: takes a weight [out_channels, in_channels / groups, {}], and its weight has shape {}",
        located(function), axes == 1 ? "length" : "height, width", w.str());
  if (groups < 1 || w[0] % groups != 0)
    fail<ValueError>("{}: groups is {} and must divide the {} output channels of weight {}",
                     located(function), groups, w[0], w.str());
  const std::int64_t channels = x[x.size() - axes - 1];
  if (channels != groups * w[1])
    fail<ShapeError>(
        "{}: an input of shape {} has {} channels, and a weight of shape {} in {} group{} takes {}",
        located(function), x.str(), channels, w.str(), groups, groups == 1 ? "" : "s", groups * w[1]);
  if (bias.defined() && bias.shape() != Shape{w[0]})
    fail<ShapeError>(
        "{}: takes a bias of shape [{}], one number for each output channel, and its bias has {}",
        located(function), w[0], bias.shape().str());
  if (input.dtype() != weight.dtype() || (bias.defined() && bias.dtype() != weight.dtype()))
    fail<DTypeError>("{}: its input is {}, its weight {}{}; convert one with .to()", located(function),
                     name(input.dtype()), name(weight.dtype()),
                     bias.defined() ? formatted(" and its bias {}", name(bias.dtype())) : "");
}

/// Before and after each axis.
Shape sides(const char* function, const Padding& padding, const Shape& kernel, const Shape& stride,
            const Shape& dilation) {
  const std::size_t axes = kernel.size();
  Shape all(2 * axes, 0);
  if (padding.same()) {
    for (std::size_t i = 0; i < axes; ++i) {
      if (stride[i] != 1)
        fail<ValueError>("{}: padding 'same' is only there for stride 1, and stride is {}", located(function),
                         stride[i]);
      all[i] = dilation[i] * (kernel[i] - 1) / 2;
      all[i + axes] = dilation[i] * (kernel[i] - 1) - all[i];
    }
    return all;
  }
  const Shape amounts = for_each_axis(function, "padding", padding.amounts(), axes, 0);
  for (std::size_t i = 0; i < 2 * axes; ++i) all[i] = amounts[i % axes];
  return all;
}

void require_room(const char* function, const Shape& x, const Shape& kernel, const Shape& padding,
                  const Shape& dilation) {
  for (std::size_t i = 0; i < kernel.size(); ++i) {
    const std::int64_t length = x[x.size() - kernel.size() + i],
                       around = padding[i] + padding[i + kernel.size()];
    const std::int64_t span = dilation[i] * (kernel[i] - 1) + 1;
    if (span < 1 || span > length + around)
      fail<ShapeError>(
          "{}: a kernel of length {} with dilation {} spans {}, and axis {} of the input {} has {} with its "
          "padding; give it more padding or a smaller kernel",
          located(function), kernel[i], dilation[i], span, x.size() - kernel.size() + i, x.str(),
          length + around);
  }
}

Tensor conv(const char* function, std::size_t axes, const Tensor& input, const Tensor& weight,
            const Tensor& bias, const PerAxis& stride, const Padding& padding, const PerAxis& dilation,
            std::int64_t groups) {
  const images::Batch batch(function, input, axes);
  require_fitting(function, input, weight, bias, axes, groups);
  const Shape steps = for_each_axis(function, "stride", stride, axes, 1),
              gaps = for_each_axis(function, "dilation", dilation, axes, 1);
  Shape kernel;
  for (std::size_t i = 0; i < axes; ++i) kernel.push_back(weight.shape()[2 + i]);
  Shape around = sides(function, padding, kernel, steps, gaps);
  require_room(function, input.shape(), kernel, around, gaps);
  if (axes == 1) around = {0, around[0], 0, around[1]};
  const Shape& w = weight.shape();
  const Tensor y = convolution(batch.images(), axes == 1 ? weight.reshape({w[0], w[1], 1, w[2]}) : weight,
                               {in_two_axes(steps, 1), around, in_two_axes(gaps, 1), groups});
  return batch.like_the_input(bias.defined() ? y + bias.reshape({w[0], 1, 1}) : y);
}

}  // namespace

Padding::Padding(const char* mode) : amounts_(0), same_(mode == std::string_view("same")) {
  if (!same_ && mode != std::string_view("valid"))
    fail<ValueError>("padding is '{}' and must be 'same', 'valid' or numbers", mode);
}

Tensor conv1d(const Tensor& input, const Tensor& weight, const Tensor& bias, PerAxis stride,
              const Padding& padding, PerAxis dilation, std::int64_t groups) {
  return conv("conv1d", 1, input, weight, bias, stride, padding, dilation, groups);
}
Tensor conv2d(const Tensor& input, const Tensor& weight, const Tensor& bias, PerAxis stride,
              const Padding& padding, PerAxis dilation, std::int64_t groups) {
  return conv("conv2d", 2, input, weight, bias, stride, padding, dilation, groups);
}

}  // namespace hindsight
