#pragma once
#include <hindsight/ops/networks.hpp>

/// What functions of images share: their shapes with and without a batch, one axis or two, and their options.
namespace hindsight::images {

/// Numbers that an option gives to the axes of an image: one each, all at least `least`. Throws ValueError
/// naming the function and the option.
Shape for_each_axis(const char* function, const char* option, const PerAxis& numbers, std::size_t axes,
                    std::int64_t least);

/// An input as [batch, channels, height, width], and back: the batch may be left out, and one axis is an
/// image of height 1. Throws ShapeError naming the function when it has another number of axes.
class Batch {
 public:
  Batch(const char* function, const Tensor& input, std::size_t axes);
  const Tensor& images() const { return images_; }
  /// The result in the form that the input had.
  Tensor like_the_input(const Tensor& result) const;

 private:
  Tensor images_;
  bool has_batch_, one_axis_;
};

/// Two numbers for height and width, `for_height` where there is but one axis.
Shape in_two_axes(const Shape& numbers, std::int64_t for_height);

}  // namespace hindsight::images
