#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x, S low) const {
    return scalar::maximum(x, low);
  }
};

// Unlike maximum, it gives the whole cotangent to x where both are equal. It is chosen, not multiplied by 0
// or 1: an infinite one (of a root at a bound of 0) must not turn into NaN outside.
Tensor by_input(const Tensor& y, const Tensor& g) {
  return where(y.input(0) >= y.input(1), g, elementwise::zeros_like(g));
}
Tensor by_bound(const Tensor& y, const Tensor& g) {
  return where(y.input(0) < y.input(1), g, elementwise::zeros_like(g));
}

}  // namespace

namespace rooms {
extern constinit const Op clamp_min = {
    .name = "clamp_min",
    .latex = R"(\max\left({0}, {1}\right))",
    .text = "clamp_min({0}, {1})",
    .words = "the first, but not less than the second",
    .arity = 2,
    .elementwise = true,
    .rule = elementwise::numeric,
    .forward = elementwise::forward_numeric<Body>,
    .vjps = {by_input, by_bound},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          return x[0] == x[1] ? Regime::kink : x[0] > x[1] ? Regime::active : Regime::inactive;
        },
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 2}, -2, 2), elementwise::sample({3, 2}, -2, 2, 1)}},
              {{elementwise::sample({2, 1, 3}, -2, 2), elementwise::sample({2, 1, 3}, -0.1, 0.1, 2)}}};
        },
    .onnx = "Max",
};
}  // namespace rooms

Tensor clamp_min(const Tensor& x, const Tensor& min) {
  auto [a, b] = meet(x, min, "clamp_min");
  return apply(rooms::clamp_min, {a, b});
}
Tensor clamp_min(const Tensor& x, double min) { return clamp_min(x, constant_like(x, min)); }

}  // namespace hindsight
