#include <hindsight/ops.hpp>

#include "ops/shared/axes.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

TensorType rule(Operands in, const Attributes& attributes) {
  require_entries(in[0].shape(), attributes.get<Shape>("axes"));
  return {reduced_shape(in[0].shape(), attributes), in[0].dtype()};
}

/// NaN stays, once met.
template <class T>
void forward_as(const Folded& folded, T* out) {
  const T* in = folded.array.data<T>();
  for (std::int64_t o = 0; o < folded.outer; ++o)
    for (std::int64_t i = 0; i < folded.inner; ++i) {
      const T* lane = in + o * folded.length * folded.inner + i;
      T largest = *lane;
      for (std::int64_t j = 1; j < folded.length; ++j)
        if (const T x = lane[j * folded.inner]; x > largest || x != x) largest = x;
      *out++ = largest;
    }
}

/// Ties share the cotangent equally, and so do NaNs, which are the largest wherever there are some.
Tensor vjp(const Tensor& y, const Tensor& g) {
  const Tensor& x = y.input(0);
  const Shape& axes = y.attributes().get<Shape>("axes");
  const Shape kept = kept_shape(x.shape(), axes);
  const Tensor chosen = logical_or(x == y.reshape(kept), isnan(x));
  return where(chosen, g.reshape(kept) / sum(chosen, axes, true).to(g.dtype()), elementwise::zeros_like(x));
}

}  // namespace

namespace rooms {
extern constinit const Op amax = {
    .name = "amax",
    .latex = R"(\max {0})",
    .text = "max({0})",
    .words = "the largest entry, over the given axes",
    .rule = rule,
    .forward =
        [](Operands in, const Attributes& attributes, Array& out) {
          const Folded folded = fold(in[0], attributes.get<Shape>("axes"));
          dispatch(out.dtype(), [&](auto zero) { forward_as(folded, out.mutable_data<decltype(zero)>()); });
        },
    .vjps = {vjp},
    .samples =
        [] {
          const Tensor x = elementwise::sample({2, 3, 2}, -2, 2);
          return std::vector<Sample>{{{x}, {{"axes", Shape{0, 1, 2}}, {"keepdim", false}}},
                                     {{x}, {{"axes", Shape{0, 2}}, {"keepdim", true}}},
                                     {{x}, {{"axes", Shape{1}}, {"keepdim", false}}}};
        },
    .onnx = "ReduceMax",
};
}  // namespace rooms

Tensor Tensor::amax(const Axes& axes, bool keepdim) const {
  return apply(rooms::amax, {*this}, {{"axes", sorted_axes(shape(), axes)}, {"keepdim", keepdim}});
}

}  // namespace hindsight
