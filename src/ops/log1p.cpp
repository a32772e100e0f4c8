#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    return scalar::log1p(x);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op log1p = {
    .name = "log1p",
    .latex = R"(\ln\left(1 + {0}\right))",
    .text = "log1p({0})",
    .words = "the logarithm of 1 + x without the rounding of that sum near 0",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return 1 / (1 + y.input(0)); }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -0.8, 3)}},
                                     {{elementwise::sample({2, 1, 3}, -0.01, 0.01)}}};
        },
};
}  // namespace rooms

Tensor log1p(const Tensor& x) { return apply(rooms::log1p, {floating_point(x)}); }

}  // namespace hindsight
