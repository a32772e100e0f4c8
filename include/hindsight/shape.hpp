#pragma once
#include <cstdint>
#include <string>

#include <hindsight/inline_vector.hpp>

namespace hindsight {

/// The lengths of a tensor's axes, outermost first; a scalar has none. Also used for strides and lists of
/// axes.
class Shape : public InlineVector<std::int64_t, 4> {
 public:
  using InlineVector::InlineVector;

  std::int64_t rank() const noexcept { return static_cast<std::int64_t>(size()); }
  /// The number of elements: the product of the lengths, 1 for a scalar.
  std::int64_t elements() const noexcept;
  /// This shape. Throws ShapeError when a length is negative, or when there are more elements than memory can
  /// address: what has passed may be multiplied without fear of overflow.
  const Shape& checked() const;
  /// The axis that `axis` names, counting from the end when it is negative. Throws IndexError.
  std::size_t axis(std::int64_t axis) const;
  /// "[200, 2]"
  std::string str() const;
};

using Strides = Shape;

/// Strides, in elements, of a row-major array of this shape.
Strides row_major(const Shape& shape);

/// The shape that `a` and `b` stretch to under NumPy's rules. Throws ShapeError naming `operation` and the
/// axis.
Shape broadcast(const Shape& a, const Shape& b, const char* operation);

}  // namespace hindsight
