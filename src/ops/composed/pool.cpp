#include "ops/composed/pool.hpp"

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "ops/shared/located.hpp"

namespace hindsight {
namespace {

/// ⌊(in + 2 padding − span) / stride⌋ + 1 windows, with ⌈ ⌉ those that start inside or in the front padding.
std::int64_t windows(const Pool::Axis& axis, bool ceil_mode) {
  const std::int64_t room = axis.in + 2 * axis.padding - axis.span() + (ceil_mode ? axis.stride - 1 : 0);
  if (room < 0) return 0;
  const std::int64_t count = room / axis.stride + 1;
  return ceil_mode && (count - 1) * axis.stride >= axis.in + axis.padding ? count - 1 : count;
}

}  // namespace

Pool::Pool(const char* function, const Tensor& images, std::size_t axes, const Options& options) {
  using images::for_each_axis;
  const Shape kernel = for_each_axis(function, "kernel_size", options.kernel, axes, 1);
  const Shape stride =
      options.stride.empty() ? kernel : for_each_axis(function, "stride", options.stride, axes, 1);
  const Shape padding = for_each_axis(function, "padding", options.padding, axes, 0),
              dilation = for_each_axis(function, "dilation", options.dilation, axes, 1);
  const auto along = [&](std::size_t axis) {
    Axis result{
        images.shape()[4 - axes + axis], kernel[axis], stride[axis], padding[axis], dilation[axis], 0};
    if (result.padding > result.kernel / 2)
      fail<ValueError>("{}: padding is {} and may be at most half of kernel_size, which is {}",
                       located(function), options.padding.str(), options.kernel.str());
    result.out = windows(result, options.ceil_mode);
    if (result.out < 1)
      fail<ShapeError>(
          "{}: a window that spans {} does not fit into the {} elements of an axis with its padding of {}; "
          "give it a smaller kernel_size",
          located(function), result.span(), result.in, result.padding);
    return result;
  };
  columns = along(axes - 1);
  rows = axes == 2 ? along(0) : Axis{1, 1, 1, 0, 1, 1};
}

}  // namespace hindsight
