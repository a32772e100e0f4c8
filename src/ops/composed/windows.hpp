#pragma once
#include "ops/composed/pool.hpp"
#include "ops/shared/windows.hpp"

/// Where pooling looks: windows that move by a stride, or adaptive ones, as many as the output has entries.
namespace hindsight::images {

/// The entries of the axis that each window meets; those in the padding are left out.
Windows moving(const Pool::Axis& axis);

struct AdaptiveWindows {
  Windows rows, columns;
  /// Window o of n over a length reaches from ⌊o · length / n⌋ to ⌈(o + 1) · length / n⌉. Throws ValueError
  /// for an output size that makes no sense, and ShapeError for images without an entry.
  AdaptiveWindows(const char* function, const Tensor& images, std::size_t axes, const OutputSize& size);
};

}  // namespace hindsight::images
