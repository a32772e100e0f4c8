#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    return scalar::sinh(x);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op sinh = {
    .name = "sinh",
    .latex = R"(\sinh\left({0}\right))",
    .text = "sinh({0})",
    .words = "the hyperbolic sine, (e^x - e^-x) / 2",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return cosh(y.input(0)); }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -2, 2)}},
                                     {{elementwise::sample({2, 1, 3}, -0.01, 0.01)}}};
        },
    .onnx = "Sinh",
};
}  // namespace rooms

Tensor sinh(const Tensor& x) { return apply(rooms::sinh, {floating_point(x)}); }

}  // namespace hindsight
