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

/// The same for two windows at once: `visit(offset in a, offset in b)`. Where they have no axes there is one
/// element.
template <class Visit>
void for_each_offset(const Shape& shape, const Strides& a, const Strides& b, Visit&& visit) {
  if (shape.empty()) return visit(std::int64_t{0}, std::int64_t{0});
  const std::size_t last = shape.size() - 1;
  if (shape.elements() == 0) return;
  Shape index(shape.size(), 0);
  std::int64_t at_a = 0, at_b = 0;
  for (;;) {
    for (std::int64_t i = 0; i < shape[last]; ++i) visit(at_a + i * a[last], at_b + i * b[last]);
    std::size_t axis = last;
    while (axis-- > 0) {
      at_a += a[axis], at_b += b[axis];
      if (++index[axis] < shape[axis]) break;
      at_a -= a[axis] * shape[axis], at_b -= b[axis] * shape[axis];
      index[axis] = 0;
    }
    if (axis == static_cast<std::size_t>(-1)) return;
  }
}

}  // namespace hindsight
