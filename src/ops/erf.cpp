#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    return scalar::erf(x);
  }
};

// erf′(x) = 2/√π · e^(−x²)
Tensor partial(const Tensor& y) {
  constexpr double two_over_root_pi = 1.1283791670955126;
  const Tensor& x = y.input(0);
  return two_over_root_pi * exp(-(x * x));
}

}  // namespace

namespace rooms {
extern constinit const Op erf = {
    .name = "erf",
    .latex = R"(\operatorname{erf}\left({0}\right))",
    .text = "erf({0})",
    .words =
        "the error function: the share of a normal distribution within x * sqrt(2) deviations of its mean",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {partial},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          // Beyond, less than a hundredth of the steepest slope is left.
          return std::abs(x[0]) > 2.15 ? Regime::saturated : Regime::active;
        },
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -2, 2)}}};
        },
    .onnx = "Erf",
};
}  // namespace rooms

Tensor erf(const Tensor& x) { return apply(rooms::erf, {floating_point(x)}); }

}  // namespace hindsight
