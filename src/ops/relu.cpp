#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    using namespace scalar;
    return select(x > S(0), x, select(x == x, S(0), x));
  }
};

}  // namespace

namespace rooms {
extern constinit const Op relu = {
    .name = "relu",
    .latex = R"(\max\left(0, {0}\right))",
    .text = "relu({0})",
    .words = "lets what is positive through and blocks the rest",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return step(y.input(0)); }},
    // Chosen, not multiplied by 0 or 1: an infinite cotangent must not turn into NaN where the unit is off.
    .vjps = {[](const Tensor& y, const Tensor& g) { return relu_gradient(g, y); }},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          return x[0] > 0 ? Regime::active : x[0] < 0 ? Regime::inactive : Regime::kink;
        },
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -2, 2)}}};
        },
    .onnx = "Relu",
};
}  // namespace rooms

// Integers stay integers, as in PyTorch.
Tensor relu(const Tensor& x) {
  return x.dtype() == int64 ? clamp_min(x, 0) : apply(rooms::relu, {floating_point(x)});
}
Tensor Tensor::relu() const { return hindsight::relu(*this); }

}  // namespace hindsight
