#include <algorithm>
#include <cmath>
#include <limits>

#include <hindsight/ops.hpp>

#include "ops/shared/axes.hpp"
#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

// exp(x − max) / Σ exp(x − max): the largest exponent is 0, so nothing overflows.
template <class T>
void forward_as(const Folded& x, T* out) {
  for (std::int64_t o = 0; o < x.outer; ++o)
    for (std::int64_t i = 0; i < x.inner; ++i) {
      const std::int64_t first = o * x.length * x.inner + i;
      const T* in = x.array.template data<T>() + first;
      T largest = -std::numeric_limits<T>::infinity(), total = 0;
      for (std::int64_t j = 0; j < x.length; ++j) largest = std::max(largest, in[j * x.inner]);
      for (std::int64_t j = 0; j < x.length; ++j) total += std::exp(in[j * x.inner] - largest);
      for (std::int64_t j = 0; j < x.length; ++j) out[first + j * x.inner] = std::exp(in[j * x.inner] - largest) / total;
    }
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  const Folded folded = fold(in[0].contiguous(), {attributes.get<std::int64_t>("axis")});
  out.dtype() == float32 ? forward_as(folded, out.mutable_data<float>()) : forward_as(folded, out.mutable_data<double>());
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
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 4}, -2, 2)}, {{"axis", std::int64_t{1}}}},
                                     {{elementwise::sample({3, 4}, -2, 2)}, {{"axis", std::int64_t{0}}}}};
        },
    .onnx = "Softmax",
};
}  // namespace rooms

Tensor softmax(const Tensor& x, std::int64_t axis) {
  return apply(rooms::softmax, {floating_point(x)}, {{"axis", static_cast<std::int64_t>(x.shape().axis(axis))}});
}

}  // namespace hindsight
