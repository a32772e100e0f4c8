#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    return scalar::expm1(x);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op expm1 = {
    .name = "expm1",
    .latex = R"(\left(e^{{0}} - 1\right))",
    .text = "expm1({0})",
    .words = "e^x - 1 without the cancellation of that difference near 0",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return exp(y.input(0)); }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -2, 2)}},
                                     {{elementwise::sample({2, 1, 3}, -0.01, 0.01)}}};
        },
};
}  // namespace rooms

Tensor expm1(const Tensor& x) { return apply(rooms::expm1, {floating_point(x)}); }

}  // namespace hindsight
