#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    using namespace scalar;
    return x / (S(1) + exp(-x));
  }
};

// silu′(x) = σ(x) + silu(x) · (1 − σ(x))
Tensor partial(const Tensor& y) {
  const Tensor gate = sigmoid(y.input(0));
  return gate + y * (1 - gate);
}

}  // namespace

namespace rooms {
extern constinit const Op silu = {
    .name = "silu",
    .latex = R"(\operatorname{silu}\left({0}\right))",
    .text = "silu({0})",
    .words = "lets the input through as far as a sigmoid of it opens: x * sigmoid(x)",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {partial},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          // Beyond, less than a hundredth of the steepest slope is left.
          return x[0] < -6.2 ? Regime::saturated : Regime::active;
        },
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -4, 4)}}};
        },
    .onnx = "Swish",
};
}  // namespace rooms

Tensor silu(const Tensor& x) { return apply(rooms::silu, {floating_point(x)}); }

}  // namespace hindsight
