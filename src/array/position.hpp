#pragma once
#include <cstdint>
#include <string>

#include <hindsight/shape.hpp>

namespace hindsight {

/// Where the element at a flat row-major position stands: "[1, 0]"; "[]" in a scalar.
inline std::string position(const Shape& shape, std::int64_t element) {
  Shape index(shape.size(), 0);
  for (std::size_t axis = shape.size(); axis-- > 0; element /= shape[axis])
    index[axis] = element % shape[axis];
  return index.str();
}

}  // namespace hindsight
