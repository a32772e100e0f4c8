#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    using namespace scalar;
    return select(x > S(0), S(1), S(0));
  }
};

}  // namespace

namespace rooms {
extern constinit const Op step = {
    .name = "step",
    .latex = R"(\left[{0} > 0\right])",
    .text = "step({0})",
    .words = "1 where the input is positive, else 0",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .vjps = {[](const Tensor& y, const Tensor&) { return elementwise::zeros_like(y); }},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          return x[0] > 0 ? Regime::active : x[0] < 0 ? Regime::inactive : Regime::kink;
        },
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -2, 2)}}};
        },
};
}  // namespace rooms

Tensor step(const Tensor& x) { return apply(rooms::step, {floating_point(x)}); }

}  // namespace hindsight
