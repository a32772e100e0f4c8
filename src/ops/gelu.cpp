#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

// x · Φ(x), where Φ(x) = (1 + erf(x/√2)) / 2 is the normal distribution function
// (Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016).
constexpr double root_half = 0.7071067811865476;

struct Body {
  template <class S>
  S operator()(S x) const {
    return x * (S(0.5) * (S(1) + scalar::erf(x * S(root_half))));
  }
};

// gelu′(x) = Φ(x) + x · φ(x), where φ(x) = e^(−x²/2) / √(2π)
Tensor partial(const Tensor& y) {
  constexpr double one_over_root_two_pi = 0.3989422804014327;
  const Tensor& x = y.input(0);
  return 0.5 * (1 + erf(x * root_half)) + x * (one_over_root_two_pi * exp(-0.5 * (x * x)));
}

}  // namespace

namespace rooms {
extern constinit const Op gelu = {
    .name = "gelu",
    .latex = R"(\operatorname{gelu}\left({0}\right))",
    .text = "gelu({0})",
    .words = "lets the input through as far as the normal distribution function of it opens: x * Phi(x)",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {partial},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          // Beyond, less than a hundredth of the steepest slope is left.
          return x[0] < -3.1 ? Regime::saturated : Regime::active;
        },
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -3, 3)}}};
        },
    .onnx = "Gelu",
};
}  // namespace rooms

Tensor gelu(const Tensor& x) { return apply(rooms::gelu, {floating_point(x)}); }

}  // namespace hindsight
