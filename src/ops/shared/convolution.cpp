#include "ops/shared/convolution.hpp"

#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hindsight {

Convolution Convolution::of(const Tensor& y) {
  const Attributes& said = y.attributes();
  return {said.get<Shape>("stride"), said.get<Shape>("padding"), said.get<Shape>("dilation"),
          said.get<Shape>("groups")[0]};
}

// The groups are a list of one: g++ 12 takes a number among lists for an uninitialised list.
Attributes Convolution::attributes() const {
  return {{"groups", Shape{groups}}, {"stride", stride}, {"padding", padding}, {"dilation", dilation}};
}
Attributes Convolution::attributes(std::string_view of, const Shape& length) const {
  return {{"groups", Shape{groups}},
          {"stride", stride},
          {"padding", padding},
          {"dilation", dilation},
          {of, length}};
}

Shape height_and_width(const Tensor& image) { return {image.shape()[2], image.shape()[3]}; }

namespace rooms_of_convolution {

DType common_dtype(Operands in) {
  if (in[0].dtype() != in[1].dtype() || !is_floating(in[0].dtype()))
    fail<DTypeError>(
        "takes two tensors of float32 or two of float64, and got {} and {}; convert one with .to()",
        name(in[0].dtype()), name(in[1].dtype()));
  if (in[0].rank() != 4 || in[1].rank() != 4)
    fail<ShapeError>("takes two tensors of four axes, and got shapes {} and {}; reshape them",
                     in[0].shape().str(), in[1].shape().str());
  return in[0].dtype();
}

Shape result_shape(const Shape& x, const Shape& w, const Attributes& attributes) {
  const std::int64_t groups = attributes.get<Shape>("groups")[0];
  if (groups < 1 || x[1] != groups * w[1] || w[0] % groups != 0)
    fail<ShapeError>("an image of {} channels does not fit weights of shape {} in {} groups", x[1], w.str(),
                     groups);
  const Shape &stride = attributes.get<Shape>("stride"), &padding = attributes.get<Shape>("padding"),
              &dilation = attributes.get<Shape>("dilation");
  Shape shape{x[0], w[0]};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::int64_t span = dilation[axis] * (w[2 + axis] - 1) + 1;
    const std::int64_t padded = x[2 + axis] + padding[axis] + padding[axis + 2];
    if (span < 1 || span > padded)
      fail<ShapeError>("a kernel that spans {} does not fit into {}, padding included", span, padded);
    shape.push_back((padded - span) / stride[axis] + 1);
  }
  return shape;
}

kernels::ConvolutionGeometry geometry(const Shape& x, const Shape& w, const Shape& y,
                                      const Attributes& attributes) {
  const std::int64_t groups = attributes.get<Shape>("groups")[0];
  const Shape &stride = attributes.get<Shape>("stride"), &padding = attributes.get<Shape>("padding"),
              &dilation = attributes.get<Shape>("dilation");
  const auto along = [&](std::size_t axis) {
    return kernels::ConvolutionAxis{x[2 + axis],  y[2 + axis],   w[2 + axis],
                                    stride[axis], padding[axis], dilation[axis]};
  };
  return {x[0], groups, w[1], w[0] / groups, along(0), along(1)};
}

}  // namespace rooms_of_convolution
}  // namespace hindsight
