#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x, S weight) const {
    return scalar::select(x > S(0), x, weight * x);
  }
};

// Exactly 1 on the right and exactly the weight on the left, 0 included.
Tensor by_input(const Tensor& y) {
  const Tensor &x = y.input(0), &weight = y.input(1);
  return where(x > 0, elementwise::zeros_like(x) + 1, weight);
}
Tensor by_weight(const Tensor& y) {
  const Tensor& x = y.input(0);
  return where(x > 0, elementwise::zeros_like(x), x);
}

/// The weight in a shape that meets the input's channels, which lie along axis 1.
Tensor along_channels(const Tensor& weight, const Tensor& x) {
  if (weight.elements() == 1) return weight.reshape({});
  const std::int64_t channels = x.dim() > 1 ? x.shape()[1] : 1;
  if (weight.dim() != 1 || weight.elements() != channels)
    fail<ShapeError>(
        "prelu: the weight has shape {} and must have one element, or one for each of the {} channels along "
        "axis 1 of the input, {}",
        weight.shape().str(), channels, x.shape().str());
  Shape shape(static_cast<std::size_t>(x.dim()) - 1, 1);
  shape[0] = channels;
  return weight.reshape(shape);
}

}  // namespace

namespace rooms {
extern constinit const Op prelu = {
    .name = "prelu",
    .latex = R"(\operatorname{prelu}_{{1}}\left({0}\right))",
    .text = "prelu({0}, {1})",
    .words = "lets what is positive through and a share of the rest, which may be learned",
    .arity = 2,
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {by_input, by_weight},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          if (x[0] > 0 || x[1] == 1) return Regime::active;
          if (x[0] == 0) return Regime::kink;
          return x[1] < 0 ? Regime::reversed : Regime::inactive;
        },
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 2}, -2, 2), elementwise::sample({3, 2}, -0.5, 0.5, 1)}},
              {{elementwise::sample({2, 1, 3}, -2, 2), elementwise::sample({2, 1, 3}, 0.1, 0.9, 1)}}};
        },
    .onnx = "PRelu",
};
}  // namespace rooms

Tensor prelu(const Tensor& x, const Tensor& weight) {
  auto [a, w] = meet(floating_point(x), along_channels(weight, x), "prelu");
  return apply(rooms::prelu, {a, w});
}

}  // namespace hindsight
