#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S g, S y) const {
    return scalar::select(y > S(0), g, S(0));
  }
};

}  // namespace

// It is flat in y wherever that is not 0.
namespace rooms {
extern constinit const Op relu_gradient = {
    .name = "relu_gradient",
    .latex = R"({0} \cdot \left[{1} > 0\right])",
    .text = "{0} * [{1} > 0]",
    .words = "lets the cotangent through where the unit was active",
    .binding = Binding::product,
    .arity = 2,
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return step(y.input(1)); }},
    .vjps = {[](const Tensor& y, const Tensor& g) { return hindsight::relu_gradient(g, y.input(1)); },
             [](const Tensor& y, const Tensor&) { return elementwise::zeros_like(y); }},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          return x[1] > 0 ? Regime::active : x[1] < 0 ? Regime::inactive : Regime::kink;
        },
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 2}, -2, 2), elementwise::sample({3, 2}, -2, 2, 1)}}};
        },
};
}  // namespace rooms

Tensor relu_gradient(const Tensor& cotangent, const Tensor& result) {
  auto [g, y] = meet(cotangent, result, "relu_gradient");
  return apply(rooms::relu_gradient, {floating_point(g), floating_point(y)});
}

}  // namespace hindsight
