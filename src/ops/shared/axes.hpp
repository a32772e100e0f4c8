#pragma once
#include <hindsight/tensor.hpp>

/// What reductions share: which axes go, and how the rest is laid out.
namespace hindsight {

/// The axes to reduce, counted from the start and ascending; all of them when none are given. As in PyTorch a
/// scalar may be asked for its axis 0 or −1, of which nothing remains. Throws IndexError for an axis that
/// does not exist or is named twice.
Shape sorted_axes(const Shape& shape, const Axes& axes);

/// Throws ShapeError where an axis to reduce has no entries: nothing to choose from.
void require_entries(const Shape& shape, const Shape& axes);

/// `shape` with length 1 along `axes`.
Shape kept_shape(const Shape& shape, const Shape& axes);
/// The output shape under attributes "axes" and "keepdim".
Shape reduced_shape(const Shape& shape, const Attributes& attributes);

/// An array seen as row-major outer × length × inner with `length` to be reduced.
struct Folded {
  Array array;
  std::int64_t outer, length, inner;
};
Folded fold(const Array& array, const Shape& axes);

}  // namespace hindsight
