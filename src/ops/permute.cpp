#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

TensorType rule(Operands in, const Attributes& attributes) {
  const Shape& axes = attributes.get<Shape>("axes");
  Shape shape;
  std::vector<bool> used(in[0].shape().size());
  for (const std::int64_t axis : axes) {
    const std::size_t at = in[0].shape().axis(axis);
    if (used[at]) fail<ShapeError>("axes {} name axis {} twice", axes.str(), axis);
    used[at] = true;
    shape.push_back(in[0].shape()[at]);
  }
  if (shape.size() != used.size())
    fail<ShapeError>("axes {} must name each of the {} axes of shape {} once", axes.str(), used.size(),
                     in[0].shape().str());
  return {shape, in[0].dtype()};
}

Shape inverse(const Shape& axes) {
  Shape result(axes.size(), 0);
  for (std::size_t i = 0; i < axes.size(); ++i)
    result[static_cast<std::size_t>(axes[i])] = static_cast<std::int64_t>(i);
  return result;
}

}  // namespace

namespace rooms {
extern constinit const Op permute = {
    .name = "permute",
    .latex = "{0}^{T}",
    .text = "{0}^T",
    .words = "the same numbers with the axes in another order",
    .binding = Binding::power,
    .rule = rule,
    .view = [](const Array& x,
               const Attributes& attributes) { return x.permuted(attributes.get<Shape>("axes")); },
    .vjps = {[](const Tensor& y, const Tensor& g) {
      return g.permute(inverse(y.attributes().get<Shape>("axes")));
    }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({2, 3, 4}, -2, 2)}, {{"axes", Shape{2, 0, 1}}}}};
        },
    .onnx = "Transpose",
};
}  // namespace rooms

Tensor Tensor::permute(const Shape& axes) const {
  Shape from_start;
  for (const std::int64_t axis : axes) from_start.push_back(static_cast<std::int64_t>(shape().axis(axis)));
  return apply(rooms::permute, {*this}, {{"axes", std::move(from_start)}});
}

Tensor Tensor::transpose(std::int64_t a, std::int64_t b) const {
  Shape axes;
  for (std::int64_t i = 0; i < dim(); ++i) axes.push_back(i);
  // As in PyTorch a scalar may be asked for its axis 0 or −1.
  if (axes.empty() && (a == 0 || a == -1) && (b == 0 || b == -1)) return *this;
  std::swap(axes[shape().axis(a)], axes[shape().axis(b)]);
  return permute(axes);
}

Tensor Tensor::t() const {
  if (dim() > 2)
    fail<ShapeError>("t() transposes matrices, and this tensor has shape {}; use transpose()", shape().str());
  return dim() < 2 ? *this : transpose(0, 1);
}

}  // namespace hindsight
