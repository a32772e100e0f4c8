#pragma once
#include <cstdint>

#include <hindsight/shape.hpp>

namespace hindsight {

/// Calls `visit(offset)` for every element of a strided window, in row-major order.
template <class Visit>
void for_each_offset(const Shape& shape, const Strides& strides, Visit&& visit) {
  const std::int64_t count = shape.elements();
  if (count == 0) return;
  Shape index(shape.size(), 0);
  std::int64_t offset = 0;
  for (std::int64_t n = 0; n < count; ++n) {
    visit(offset);
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      offset += strides[axis];
      if (++index[axis] < shape[axis]) break;
      offset -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

}  // namespace hindsight
