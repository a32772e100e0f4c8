#include "ops/composed/images.hpp"

#include <string>

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "ops/shared/located.hpp"

namespace hindsight {

std::string PerAxis::str() const {
  return numbers_.size() == 1 ? std::to_string(numbers_[0]) : "(" + joined(numbers_, ", ") + ")";
}

namespace images {

Shape for_each_axis(const char* function, const char* option, const PerAxis& numbers, std::size_t axes,
                    std::int64_t least) {
  if (numbers.numbers().size() != 1 && numbers.numbers().size() != axes)
    fail<ValueError>("{}: {} is {} and must be one number{}", located(function), option, numbers.str(),
                     axes == 1 ? "" : ", or one for height and one for width");
  const Shape result =
      numbers.numbers().size() == axes ? numbers.numbers() : Shape(axes, numbers.numbers()[0]);
  for (const std::int64_t number : result)
    if (number < least)
      fail<ValueError>("{}: {} is {} and must be at least {}", located(function), option, numbers.str(),
                       least);
  return result;
}

Batch::Batch(const char* function, const Tensor& input, std::size_t axes) : one_axis_(axes == 1) {
  const Shape& shape = input.shape();
  has_batch_ = shape.size() == axes + 2;
  if (!has_batch_ && shape.size() != axes + 1)
    fail<ShapeError>(
        "{}: takes [batch, channels, {}], and its input has shape {}; reshape it", located(function),
        one_axis_ ? "length] or [channels, length" : "height, width] or [channels, height, width",
        shape.str());
  const std::size_t c = has_batch_ ? 1 : 0;
  images_ = input.reshape({has_batch_ ? shape[0] : 1, shape[c], one_axis_ ? 1 : shape[c + 1], shape.back()});
}

Tensor Batch::like_the_input(const Tensor& result) const {
  Shape shape = result.shape();
  if (!has_batch_ && !one_axis_) return result.reshape({shape[1], shape[2], shape[3]});
  if (!has_batch_) return result.reshape({shape[1], shape[3]});
  return one_axis_ ? result.reshape({shape[0], shape[1], shape[3]}) : result;
}

Shape in_two_axes(const Shape& numbers, std::int64_t for_height) {
  return numbers.size() == 2 ? numbers : Shape{for_height, numbers[0]};
}

}  // namespace images
}  // namespace hindsight
