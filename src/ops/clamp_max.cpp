#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x, S high) const {
    return scalar::minimum(x, high);
  }
};

// Unlike minimum, it gives the whole cotangent to x where both are equal. It is chosen, not multiplied by 0
// or 1: an infinite one (of a root at a bound of 0) must not turn into NaN outside.
Tensor by_input(const Tensor& y, const Tensor& g) {
  return where(y.input(0) <= y.input(1), g, elementwise::zeros_like(g));
}
Tensor by_bound(const Tensor& y, const Tensor& g) {
  return where(y.input(0) > y.input(1), g, elementwise::zeros_like(g));
}

}  // namespace

namespace rooms {
extern constinit const Op clamp_max = {
    .name = "clamp_max",
    .latex = R"(\min\left({0}, {1}\right))",
    .text = "clamp_max({0}, {1})",
    .words = "the first, but not more than the second",
    .arity = 2,
    .elementwise = true,
    .rule = elementwise::numeric,
    .forward = elementwise::forward_numeric<Body>,
    .vjps = {by_input, by_bound},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          return x[0] == x[1] ? Regime::kink : x[0] < x[1] ? Regime::active : Regime::inactive;
        },
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 2}, -2, 2), elementwise::sample({3, 2}, -2, 2, 1)}},
              {{elementwise::sample({2, 1, 3}, -2, 2), elementwise::sample({2, 1, 3}, -0.1, 0.1, 2)}}};
        },
    .onnx = "Min",
};
}  // namespace rooms

Tensor clamp_max(const Tensor& x, const Tensor& max) {
  auto [a, b] = meet(x, max, "clamp_max");
  return apply(rooms::clamp_max, {a, b});
}
Tensor clamp_max(const Tensor& x, double max) { return clamp_max(x, constant_like(x, max)); }

}  // namespace hindsight
