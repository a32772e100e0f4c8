#include "kernels/sum.hpp"

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/axes.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

TensorType rule(Operands in, const Attributes& attributes) {
  if (in[0].dtype() == boolean)
    fail<DTypeError>("takes numbers, and got bool; convert it with .to(hs::int64)");
  return {reduced_shape(in[0].shape(), attributes), in[0].dtype()};
}

template <class T>
void forward_as(const Array& x, const Shape& axes, Array& out) {
  const Folded folded = fold(x, axes);
  kernels::sum(folded.outer, folded.length, folded.inner, folded.array.data<T>(), out.mutable_data<T>());
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  const Shape& axes = attributes.get<Shape>("axes");
  if (out.dtype() == float32)
    forward_as<float>(in[0], axes, out);
  else if (out.dtype() == float64)
    forward_as<double>(in[0], axes, out);
  else
    forward_as<std::int64_t>(in[0], axes, out);
}

Tensor vjp(const Tensor& y, const Tensor& g) {
  const Shape& shape = y.input(0).shape();
  return g.reshape(kept_shape(shape, y.attributes().get<Shape>("axes"))).broadcast_to(shape);
}

}  // namespace

namespace rooms {
extern constinit const Op sum = {
    .name = "sum",
    .latex = R"(\sum {0})",
    .text = "sum({0})",
    .words = "all elements added up, over the given axes",
    .rule = rule,
    .forward = forward,
    .vjps = {vjp},
    .samples =
        [] {
          std::vector<Sample> samples;
          for (const Shape& axes : {Shape{0, 1, 2}, Shape{0}, Shape{1}, Shape{2}, Shape{0, 2}})
            for (const bool keepdim : {false, true})
              samples.push_back(
                  {{elementwise::sample({2, 3, 4}, -2, 2)}, {{"axes", axes}, {"keepdim", keepdim}}});
          return samples;
        },
    .onnx = "ReduceSum",
};
}  // namespace rooms

Tensor sum(const Tensor& x, const Axes& axes, bool keepdim) {
  const Tensor numbers = x.dtype() == boolean ? x.to(int64) : x;
  return apply(rooms::sum, {numbers}, {{"axes", sorted_axes(x.shape(), axes)}, {"keepdim", keepdim}});
}
Tensor Tensor::sum(const Axes& axes, bool keepdim) const { return hindsight::sum(*this, axes, keepdim); }

}  // namespace hindsight
