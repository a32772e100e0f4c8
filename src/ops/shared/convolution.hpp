#pragma once
#include <hindsight/op.hpp>

#include "kernels/convolution.hpp"

/// What the three rooms of convolutions share. They are one form, Σ w · x · y, seen from its three sides
/// (kernels/convolution.hpp), and so each other's derivatives.
namespace hindsight {

/// How a kernel moves over an image, along rows and columns. The padding is that before and after: top, left,
/// bottom, right.
struct Convolution {
  Shape stride, padding, dilation;
  std::int64_t groups;

  static Convolution of(const Tensor& y);
  Attributes attributes() const;
  /// With the height and width of `of` (an image's "size", or the "kernel"), where shapes alone do not say
  /// it.
  Attributes attributes(std::string_view of, const Shape& length) const;
};

/// Images [batch, channels, height, width] with weights [out, channels / groups, height, width].
Tensor convolution(const Tensor& x, const Tensor& w, const Convolution& how);
/// The cotangent of x, of that height and width, from that of the result.
Tensor convolution_input(const Tensor& y, const Tensor& w, const Convolution& how, const Shape& size);
/// The cotangent of w, of that height and width, from that of the result.
Tensor convolution_weight(const Tensor& x, const Tensor& y, const Convolution& how, const Shape& kernel);

/// The last two lengths of an image or a kernel.
Shape height_and_width(const Tensor& image);

namespace rooms_of_convolution {

/// The result's shape for x and w. Throws ShapeError and ValueError for what does not fit.
Shape result_shape(const Shape& x, const Shape& w, const Attributes& attributes);
/// The dtype of both inputs, which must be matrices of images of one floating dtype.
DType common_dtype(Operands in);
kernels::ConvolutionGeometry geometry(const Shape& x, const Shape& w, const Shape& y,
                                      const Attributes& attributes);

}  // namespace rooms_of_convolution
}  // namespace hindsight
