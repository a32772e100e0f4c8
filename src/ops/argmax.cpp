#include <hindsight/ops.hpp>

#include "ops/shared/axes.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

TensorType rule(Operands in, const Attributes& attributes) {
  require_entries(in[0].shape(), attributes.get<Shape>("axes"));
  return {reduced_shape(in[0].shape(), attributes), int64};
}

/// NaN exceeds every number, and nothing exceeds NaN: the first one is chosen, as in PyTorch.
template <class T>
bool exceeds(T a, T b) {
  return a > b || (a != a && b == b);
}

template <class T>
void forward_as(const Folded& folded, std::int64_t* out) {
  const T* in = folded.array.data<T>();
  for (std::int64_t o = 0; o < folded.outer; ++o)
    for (std::int64_t i = 0; i < folded.inner; ++i) {
      const T* lane = in + o * folded.length * folded.inner + i;
      std::int64_t best = 0;
      for (std::int64_t j = 1; j < folded.length; ++j)
        if (exceeds(lane[j * folded.inner], lane[best * folded.inner])) best = j;
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
    .words = "where the largest entry is; the first one at a tie, and the first NaN if there is one",
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

Tensor Tensor::argmax(std::optional<std::int64_t> axis, bool keepdim) const {
  if (axis)
    return apply(rooms::argmax, {*this},
                 {{"axes", sorted_axes(shape(), Shape{*axis})}, {"keepdim", keepdim}});
  const Tensor among_all = flatten().argmax(0);
  return keepdim ? among_all.reshape(Shape(shape().size(), 1)) : among_all;
}

// With the order reversed, which for integers is −1 − x: −x would overflow at the smallest.
Tensor Tensor::argmin(std::optional<std::int64_t> axis, bool keepdim) const {
  const Tensor x = dtype() == boolean ? to(int64) : *this;
  return (is_floating(dtype()) ? -x : -1.0 - x).argmax(axis, keepdim);
}

}  // namespace hindsight
