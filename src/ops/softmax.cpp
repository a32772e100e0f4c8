#include "ops/shared/softmax.hpp"

#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

// exp(x − max) / Σ exp(x − max)
void forward(Operands in, const Attributes& attributes, Array& out) {
  forward_along_axis(in, attributes, out,
                     [](auto x, auto largest, auto total) { return std::exp(x - largest) / total; });
}

Tensor vjp(const Tensor& y, const Tensor& g) {
  const Shape axis{y.attributes().get<std::int64_t>("axis")};
  return y * (g - sum(g * y, axis, true));
}

}  // namespace

namespace rooms {
extern constinit const Op softmax = {
    .name = "softmax",
    .latex = R"(\operatorname{softmax}\left({0}\right))",
    .text = "softmax({0})",
    .words = "positive shares that add up to 1 along an axis",
    .rule = elementwise::floating,
    .forward = forward,
    .vjps = {vjp},
    .samples = samples_along_axes,
    .onnx = "Softmax",
};
}  // namespace rooms

Tensor softmax(const Tensor& x, std::int64_t axis) { return apply_along_axis(rooms::softmax, x, axis); }
Tensor softmax(const Tensor& x, std::int64_t axis, DType dtype) {
  return softmax(floating_point(x, dtype, "softmax"), axis);
}

}  // namespace hindsight
