#include <cmath>
#include <limits>

#include <hindsight/ops.hpp>

#include "ops/shared/axes.hpp"
#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

TensorType rule(Operands in, const Attributes& attributes) {
  return {reduced_shape(in[0].shape(), attributes), elementwise::floating(in, attributes).dtype};
}

/// max + log Σ exp(x − max): the largest exponent is 0, so that nothing overflows. Where the largest is
/// infinite, so is the result.
template <class T>
void forward_as(const Folded& x, T* out) {
  for (std::int64_t o = 0; o < x.outer; ++o)
    for (std::int64_t i = 0; i < x.inner; ++i) {
      const T* lane = x.array.data<T>() + o * x.length * x.inner + i;
      T largest = -std::numeric_limits<T>::infinity();
      for (std::int64_t j = 0; j < x.length; ++j) largest = std::max(largest, lane[j * x.inner]);
      const T shift = std::isinf(largest) ? T(0) : largest;
      double total = 0;
      for (std::int64_t j = 0; j < x.length; ++j)
        total += static_cast<double>(std::exp(lane[j * x.inner] - shift));
      *out++ = shift + static_cast<T>(std::log(total));
    }
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  const Folded x = fold(in[0], attributes.get<Shape>("axes"));
  out.dtype() == float32 ? forward_as(x, out.mutable_data<float>())
                         : forward_as(x, out.mutable_data<double>());
}

/// The softmax: exp(x − y), divided by its sum, since in float32 a large y has lost the digits that exp
/// needs. Where y is infinite it has lost none, and the sum is NaN, which is for the infinite elements alone.
Tensor vjp(const Tensor& y, const Tensor& g) {
  const Tensor& x = y.input(0);
  const Shape& axes = y.attributes().get<Shape>("axes");
  const Shape kept = kept_shape(x.shape(), axes);
  const Tensor result = y.reshape(kept), share = exp(x - result);
  const Tensor total = where(isfinite(result), sum(share, axes, true), constant_like(x, 1));
  return g.reshape(kept) / total * share;
}

}  // namespace

namespace rooms {
extern constinit const Op logsumexp = {
    .name = "logsumexp",
    .latex = R"(\ln \sum e^{{0}})",
    .text = "logsumexp({0})",
    .words = "the logarithm of the sum of the exponentials: a smooth maximum",
    .rule = rule,
    .forward = forward,
    .vjps = {vjp},
    .samples =
        [] {
          const Tensor x = elementwise::sample({2, 3, 2}, -2, 2);
          return std::vector<Sample>{{{x}, {{"axes", Shape{0, 1, 2}}, {"keepdim", false}}},
                                     {{x}, {{"axes", Shape{0, 2}}, {"keepdim", true}}},
                                     {{x}, {{"axes", Shape{1}}, {"keepdim", false}}}};
        },
    .onnx = "ReduceLogSumExp",
};
}  // namespace rooms

Tensor Tensor::logsumexp(const Axes& axes, bool keepdim) const {
  return apply(rooms::logsumexp, {floating_point(*this)},
               {{"axes", sorted_axes(shape(), axes)}, {"keepdim", keepdim}});
}

}  // namespace hindsight
