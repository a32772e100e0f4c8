#include "ops/composed/windows.hpp"

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "ops/shared/located.hpp"

namespace hindsight {

std::string OutputSize::str() const {
  std::vector<std::string> each;
  for (const auto& length : lengths_) each.push_back(length ? std::to_string(*length) : "None");
  return each.size() == 1 ? each[0] : "(" + joined(each, ", ") + ")";
}

namespace images {
namespace {

Windows adaptive(std::int64_t length, std::int64_t count) {
  Windows windows;
  for (std::int64_t o = 0; o < count; ++o) {
    windows.first.push_back(o * length / count);
    windows.limit.push_back(((o + 1) * length + count - 1) / count);
  }
  return windows;
}

}  // namespace

Windows moving(const Pool::Axis& axis) {
  Windows windows;
  windows.step = axis.dilation;
  for (std::int64_t o = 0; o < axis.out; ++o) {
    const std::int64_t start = o * axis.stride - axis.padding;
    const std::int64_t outside = start < 0 ? (-start + axis.dilation - 1) / axis.dilation : 0;
    windows.first.push_back(start + outside * axis.dilation);
    windows.limit.push_back(std::min(start + axis.span(), axis.in));
  }
  return windows;
}

AdaptiveWindows::AdaptiveWindows(const char* function, const Tensor& images, std::size_t axes,
                                 const OutputSize& size) {
  const auto& lengths = size.lengths();
  if (lengths.size() != 1 && lengths.size() != axes)
    fail<ValueError>("{}: output_size is {} and must be one number{}", located(function), size.str(),
                     axes == 1 ? "" : ", or one for height and one for width");
  const auto along = [&](std::size_t axis) {
    const std::int64_t in = images.shape()[4 - axes + axis];
    const std::int64_t out = lengths[lengths.size() == 1 ? 0 : axis].value_or(in);
    if (out < 0)
      fail<ValueError>("{}: output_size is {} and must be at least 0", located(function), size.str());
    if (in == 0)
      fail<ShapeError>("{}: its input has an axis without an entry, and there is nothing to pool",
                       located(function));
    return adaptive(in, out);
  };
  columns = along(axes - 1);
  rows = axes == 2 ? along(0) : adaptive(1, 1);
}

}  // namespace images
}  // namespace hindsight
