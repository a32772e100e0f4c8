#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    return scalar::acos(x);
  }
};

// arccos′(x) = −1/√(1 − x²), with 1 − x² as a product: near ±1 the square would have rounded away what
// matters.
Tensor partial(const Tensor& y) {
  const Tensor& x = y.input(0);
  return -1 / sqrt((1 - x) * (1 + x));
}

}  // namespace

namespace rooms {
extern constinit const Op acos = {
    .name = "acos",
    .latex = R"(\arccos\left({0}\right))",
    .text = "acos({0})",
    .words = "the angle between 0 and pi whose cosine it is",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {partial},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -0.9, 0.9)}},
                                     {{elementwise::sample({2, 1, 3}, 0.3, 0.95)}}};
        },
    .onnx = "Acos",
};
}  // namespace rooms

Tensor acos(const Tensor& x) { return apply(rooms::acos, {floating_point(x)}); }

}  // namespace hindsight
