#pragma once
#include <hindsight/array.hpp>
#include <hindsight/attributes.hpp>
#include <hindsight/error.hpp>

#include "array/strided.hpp"
#include "base/format.hpp"

/// What gather and scatter_add share: an index for each element, which says where along one axis of another
/// array that element lies; along the other axes it lies at its own place.
namespace hindsight {

inline std::size_t picked_axis(const Attributes& attributes) {
  return static_cast<std::size_t>(attributes.get<std::int64_t>("axis"));
}

/// Throws DTypeError, or ShapeError where the index is longer than `x` along another axis.
void require_index(const Array& x, const Array& index, std::size_t axis);
[[noreturn]] void fail_index(const char* operation, const Array& index, const Array& x, std::size_t axis);

/// Calls `visit(offset in x)` for each element of the index, in row-major order. Throws IndexError for an
/// index outside [0, length of the axis).
template <class Visit>
void for_each_pick(const char* operation, const Array& index, const Array& x, std::size_t axis,
                   Visit&& visit) {
  Strides beside = x.strides();
  const std::int64_t stride = beside[axis], length = x.shape()[axis];
  beside[axis] = 0;
  const std::int64_t* at = index.data<std::int64_t>();
  for_each_offset(index.shape(), index.strides(), beside, [&](std::int64_t i, std::int64_t offset) {
    if (at[i] < 0 || at[i] >= length) fail_index(operation, index, x, axis);
    visit(offset + at[i] * stride);
  });
}

}  // namespace hindsight
