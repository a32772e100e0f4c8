#pragma once
#include <algorithm>

#include "ops/composed/images.hpp"

namespace hindsight {

/// How a pooling window moves over images, with PyTorch's rules.
struct Pool {
  struct Options {
    const PerAxis &kernel, &stride, &padding, &dilation;
    bool ceil_mode;
  };
  struct Axis {
    std::int64_t in, kernel, stride, padding, dilation, out;
    std::int64_t span() const { return dilation * (kernel - 1) + 1; }
    /// The padding behind the last element that the windows need.
    std::int64_t after() const {
      return std::max<std::int64_t>((out - 1) * stride + span() - in - padding, 0);
    }
  };
  Axis rows, columns;

  /// Throws ValueError for options that PyTorch refuses and ShapeError where there is no room for a window.
  Pool(const char* function, const Tensor& images, std::size_t axes, const Options& options);
};

}  // namespace hindsight
