#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    using namespace scalar;
    return exp(x);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op exp = {
    .name = "exp",
    .latex = "e^{{0}}",
    .text = "exp({0})",
    .words = "e to the power of the input",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return y; }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -2, 2)}}};
        },
    .onnx = "Exp",
};
}  // namespace rooms

Tensor exp(const Tensor& x) { return apply(rooms::exp, {floating_point(x)}); }
Tensor Tensor::exp() const { return hindsight::exp(*this); }

}  // namespace hindsight
