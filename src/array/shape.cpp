#include <algorithm>
#include <limits>

#include <hindsight/error.hpp>
#include <hindsight/shape.hpp>

#include "base/format.hpp"

namespace hindsight {

std::int64_t Shape::elements() const noexcept {
  std::int64_t product = 1;
  for (const std::int64_t length : *this) product *= length;
  return product;
}

const Shape& Shape::checked() const {
  // In double, which cannot overflow. Lengths of 0 are left out: strides are products of the others.
  constexpr double most = static_cast<double>(std::numeric_limits<std::ptrdiff_t>::max()) / 8;
  double product = 1;
  for (const std::int64_t length : *this) {
    if (length < 0) fail<ShapeError>("shape {} has a negative length; lengths are 0 or more", str());
    if (length > 0) product *= static_cast<double>(length);
  }
  if (product > most)
    fail<ShapeError>("shape {} has more elements than memory can address; take smaller lengths", str());
  return *this;
}

std::size_t Shape::axis(std::int64_t axis) const {
  const std::int64_t from_start = axis < 0 ? axis + rank() : axis;
  if (from_start < 0 || from_start >= rank())
    fail<IndexError>("axis {} does not exist in shape {}, which has {} {}; give one from {} to {}", axis,
                     str(), rank(), rank() == 1 ? "axis" : "axes", -rank(), rank() - 1);
  return static_cast<std::size_t>(from_start);
}

std::string Shape::str() const { return formatted("[{}]", joined(*this, ", ")); }

Strides row_major(const Shape& shape) {
  Strides strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

Shape broadcast(const Shape& a, const Shape& b, const char* operation) {
  if (a == b) return a;
  const std::size_t rank = std::max(a.size(), b.size());
  Shape result(rank, 1);
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t in_a = i + a.size() < rank ? 1 : a[i + a.size() - rank];
    const std::int64_t in_b = i + b.size() < rank ? 1 : b[i + b.size() - rank];
    if (in_a != in_b && in_a != 1 && in_b != 1)
      fail<ShapeError>(
          "{}: shapes {} and {} do not broadcast: axis {} from the end is {} against {}; lengths must be "
          "equal or 1",
          operation, a.str(), b.str(), rank - i, in_a, in_b);
    result[i] = in_a == 1 ? in_b : in_a;
  }
  return result;
}

}  // namespace hindsight
