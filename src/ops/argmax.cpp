#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/axes.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

TensorType rule(Operands in, const Attributes& attributes) {
  const Shape& axes = attributes.get<Shape>("axes");
  if (in[0].shape()[static_cast<std::size_t>(axes[0])] == 0)
    fail<ShapeError>("axis {} of shape {} has no entries to choose from", axes[0], in[0].shape().str());
  return {reduced_shape(in[0].shape(), attributes), int64};
}

template <class T>
void forward_as(const Folded& folded, std::int64_t* out) {
  const T* in = folded.array.data<T>();
  for (std::int64_t o = 0; o < folded.outer; ++o)
    for (std::int64_t i = 0; i < folded.inner; ++i) {
      const T* lane = in + o * folded.length * folded.inner + i;
      std::int64_t best = 0;
      for (std::int64_t j = 1; j < folded.length; ++j)
        if (lane[j * folded.inner] > lane[best * folded.inner]) best = j;
      *out++ = best;
    }
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  const Folded folded = fold(in[0], attributes.get<Shape>("axes"));
  dispatch(in[0].dtype(),
           [&](auto zero) { forward_as<decltype(zero)>(folded, out.mutable_data<std::int64_t>()); });
}

}  // namespace

namespace rooms {
extern constinit const Op argmax = {
    .name = "argmax",
    .latex = R"(\operatorname{arg\,max} {0})",
    .text = "argmax({0})",
    .words = "where the largest entry is; the first one at a tie",
    .rule = rule,
    .forward = forward,
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 4}, -2, 2)}, {{"axes", Shape{1}}, {"keepdim", false}}}};
        },
    .onnx = "ArgMax",
};
}  // namespace rooms

Tensor Tensor::argmax(std::int64_t axis, bool keepdim) const {
  return apply(rooms::argmax, {*this}, {{"axes", sorted_axes(shape(), Shape{axis})}, {"keepdim", keepdim}});
}

}  // namespace hindsight
