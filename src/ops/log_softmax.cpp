#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"
#include "ops/shared/softmax.hpp"

namespace hindsight {
namespace {

// x − (max + log Σ exp(x − max)): exact where the logarithm of a softmax would be log 0
void forward(Operands in, const Attributes& attributes, Array& out) {
  forward_along_axis(in, attributes, out,
                     [](auto x, auto largest, auto total) { return x - (largest + std::log(total)); });
}

Tensor vjp(const Tensor& y, const Tensor& g) {
  const Shape axis{y.attributes().get<std::int64_t>("axis")};
  return g - exp(y) * sum(g, axis, true);
}

}  // namespace

namespace rooms {
extern constinit const Op log_softmax = {
    .name = "log_softmax",
    .latex = R"(\operatorname{log\,softmax}\left({0}\right))",
    .text = "log_softmax({0})",
    .words = "the logarithm of the softmax along an axis",
    .rule = elementwise::floating,
    .forward = forward,
    .vjps = {vjp},
    .samples = samples_along_axes,
    .onnx = "LogSoftmax",
};
}  // namespace rooms

Tensor log_softmax(const Tensor& x, std::int64_t axis) {
  return apply_along_axis(rooms::log_softmax, x, axis);
}
Tensor log_softmax(const Tensor& x, std::int64_t axis, DType dtype) {
  return log_softmax(floating_point(x, dtype, "log_softmax"), axis);
}

}  // namespace hindsight
