#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    using namespace scalar;
    return tan(x);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op tan = {
    .name = "tan",
    .latex = R"(\tan\left({0}\right))",
    .text = "tan({0})",
    .words = "the tangent of an angle in radians",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return 1 + y * y; }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -1, 1)}}};
        },
    .onnx = "Tan",
};
}  // namespace rooms

Tensor tan(const Tensor& x) { return apply(rooms::tan, {floating_point(x)}); }

}  // namespace hindsight
