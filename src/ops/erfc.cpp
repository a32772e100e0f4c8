#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    return scalar::erfc(x);
  }
};

// erfc′(x) = −2/√π · e^(−x²)
Tensor partial(const Tensor& y) {
  constexpr double two_over_root_pi = 1.1283791670955126;
  const Tensor& x = y.input(0);
  return -two_over_root_pi * exp(-(x * x));
}

}  // namespace

namespace rooms {
extern constinit const Op erfc = {
    .name = "erfc",
    .latex = R"(\operatorname{erfc}\left({0}\right))",
    .text = "erfc({0})",
    .words = "1 - erf(x): the share of a normal distribution beyond, without cancellation",
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
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -2, 2)}},
                                     {{elementwise::sample({2, 1, 3}, 1.5, 2.1)}}};
        },
};
}  // namespace rooms

Tensor erfc(const Tensor& x) { return apply(rooms::erfc, {floating_point(x)}); }

}  // namespace hindsight
