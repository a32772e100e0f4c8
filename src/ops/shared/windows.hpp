#pragma once
#include <hindsight/shape.hpp>
#include <hindsight/tensor.hpp>

namespace hindsight {

/// What a pooling looks at along one axis: window o holds the entries first[o], first[o] + step, … below
/// limit[o].
struct Windows {
  Shape first, limit;
  std::int64_t step = 1;

  std::int64_t count() const { return static_cast<std::int64_t>(first.size()); }
};

/// For each pair of a row's and a column's window the place of the largest entry in the planes that the last
/// two axes of `x` are, as row · width + column: int64. Of equal ones the first, and the last NaN if there is
/// one, as in PyTorch. Throws ShapeError for a window that holds nothing or leaves the plane.
Tensor window_argmax(const Tensor& x, const Windows& rows, const Windows& columns);

}  // namespace hindsight
