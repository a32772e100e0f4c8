#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    return scalar::atan(x);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op atan = {
    .name = "atan",
    .latex = R"(\arctan\left({0}\right))",
    .text = "atan({0})",
    .words = "the angle between -pi/2 and pi/2 whose tangent it is",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return 1 / (1 + y.input(0) * y.input(0)); }},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          // Beyond, less than a hundredth of the steepest slope is left.
          return std::abs(x[0]) > 10 ? Regime::saturated : Regime::active;
        },
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -3, 3)}},
                                     {{elementwise::sample({2, 1, 3}, 5, 50)}}};
        },
    .onnx = "Atan",
};
}  // namespace rooms

Tensor atan(const Tensor& x) { return apply(rooms::atan, {floating_point(x)}); }

}  // namespace hindsight
