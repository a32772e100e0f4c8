#include <algorithm>
#include <cmath>
#include <limits>

#include <hindsight/ops.hpp>

#include "ops/shared/axes.hpp"
#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

// x − max − log Σ exp(x − max): exact where the logarithm of a softmax would be log 0.
template <class T>
void forward_as(const Folded& x, T* out) {
  for (std::int64_t o = 0; o < x.outer; ++o)
    for (std::int64_t i = 0; i < x.inner; ++i) {
      const std::int64_t first = o * x.length * x.inner + i;
      const T* in = x.array.template data<T>() + first;
      T largest = -std::numeric_limits<T>::infinity(), total = 0;
      for (std::int64_t j = 0; j < x.length; ++j) largest = std::max(largest, in[j * x.inner]);
      for (std::int64_t j = 0; j < x.length; ++j) total += std::exp(in[j * x.inner] - largest);
      const T shift = largest + std::log(total);
      for (std::int64_t j = 0; j < x.length; ++j) out[first + j * x.inner] = in[j * x.inner] - shift;
    }
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  const Folded folded = fold(in[0].contiguous(), {attributes.get<std::int64_t>("axis")});
  out.dtype() == float32 ? forward_as(folded, out.mutable_data<float>()) : forward_as(folded, out.mutable_data<double>());
}

Tensor vjp(const Tensor& y, const Tensor& g) {
  const Shape axis{y.attributes().get<std::int64_t>("axis")};
  return g - exp(y) * sum(g, axis, true);
}

}  // namespace

namespace rooms {
extern constinit const Op log_softmax = {
    .name = "log_softmax",
    .latex = R"(\operatorname{log\_softmax}\left({0}\right))",
    .text = "log_softmax({0})",
    .words = "the logarithm of the softmax along an axis",
    .rule = elementwise::floating,
    .forward = forward,
    .vjps = {vjp},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 4}, -2, 2)}, {{"axis", std::int64_t{1}}}},
                                     {{elementwise::sample({3, 4}, -2, 2)}, {{"axis", std::int64_t{0}}}}};
        },
    .onnx = "LogSoftmax",
};
}  // namespace rooms

Tensor log_softmax(const Tensor& x, std::int64_t axis) {
  return apply(rooms::log_softmax, {floating_point(x)}, {{"axis", static_cast<std::int64_t>(x.shape().axis(axis))}});
}

}  // namespace hindsight
