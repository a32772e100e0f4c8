#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    using namespace scalar;
    return sin(x);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op sin = {
    .name = "sin",
    .latex = R"(\sin\left({0}\right))",
    .text = "sin({0})",
    .words = "the sine of an angle in radians",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return cos(y.input(0)); }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -3, 3)}}};
        },
    .onnx = "Sin",
};
}  // namespace rooms

Tensor sin(const Tensor& x) { return apply(rooms::sin, {floating_point(x)}); }

}  // namespace hindsight
