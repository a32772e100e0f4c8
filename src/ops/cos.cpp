#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    using namespace scalar;
    return cos(x);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op cos = {
    .name = "cos",
    .latex = R"(\cos\left({0}\right))",
    .text = "cos({0})",
    .words = "the cosine of an angle in radians",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return -sin(y.input(0)); }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -3, 3)}}};
        },
    .onnx = "Cos",
};
}  // namespace rooms

Tensor cos(const Tensor& x) { return apply(rooms::cos, {floating_point(x)}); }

}  // namespace hindsight
