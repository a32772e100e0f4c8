#include <hindsight/ops.hpp>

#include "ops/shared/axes.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

/// A walk from the last entry back.
Array view(const Array& x, const Attributes& attributes) {
  Strides strides = x.strides();
  std::int64_t last = 0;
  for (const std::int64_t axis : attributes.get<Shape>("axes")) {
    const auto at = static_cast<std::size_t>(axis);
    if (x.elements() > 0) last += (x.shape()[at] - 1) * strides[at];
    strides[at] = -strides[at];
  }
  return x.with_layout(x.shape(), std::move(strides), last);
}

}  // namespace

namespace rooms {
extern constinit const Op flip = {
    .name = "flip",
    .latex = R"(\operatorname{flip}\left({0}\right))",
    .text = "flip({0})",
    .words = "the entries in reverse order along some axes",
    .rule = [](Operands in, const Attributes&) { return in[0].type(); },
    .view = view,
    .vjps = {[](const Tensor& y, const Tensor& g) { return g.flip(y.attributes().get<Shape>("axes")); }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({2, 3}, -2, 2)}, {{"axes", Shape{0, 1}}}},
                                     {{elementwise::sample({2, 3, 2}, -2, 2)}, {{"axes", Shape{1}}}}};
        },
};
}  // namespace rooms

Tensor Tensor::flip(const Shape& axes) const {
  return apply(rooms::flip, {*this}, {{"axes", sorted_axes(shape(), axes)}});
}

}  // namespace hindsight
