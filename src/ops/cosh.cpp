#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    return scalar::cosh(x);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op cosh = {
    .name = "cosh",
    .latex = R"(\cosh\left({0}\right))",
    .text = "cosh({0})",
    .words = "the hyperbolic cosine, (e^x + e^-x) / 2: how a hanging chain bends",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return sinh(y.input(0)); }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -2, 2)}},
                                     {{elementwise::sample({2, 1, 3}, -0.01, 0.01)}}};
        },
    .onnx = "Cosh",
};
}  // namespace rooms

Tensor cosh(const Tensor& x) { return apply(rooms::cosh, {floating_point(x)}); }

}  // namespace hindsight
