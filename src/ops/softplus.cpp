#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    using namespace scalar;
    return maximum(x, S(0)) + log1p(exp(-abs(x)));
  }
};

}  // namespace

namespace rooms {
extern constinit const Op softplus = {
    .name = "softplus",
    .latex = R"(\ln\left(1 + e^{{0}}\right))",
    .text = "softplus({0})",
    .words = "a smooth relu: log(1 + e^x)",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return sigmoid(y.input(0)); }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -3, 3)}}};
        },
    .onnx = "Softplus",
};
}  // namespace rooms

Tensor softplus(const Tensor& x) { return apply(rooms::softplus, {floating_point(x)}); }

}  // namespace hindsight
