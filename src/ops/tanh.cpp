#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    using namespace scalar;
    return tanh(x);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op tanh = {
    .name = "tanh",
    .latex = R"(\tanh\left({0}\right))",
    .text = "tanh({0})",
    .words = "squashes a number into (-1, 1)",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return 1 - y * y; }},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          // Beyond, less than a hundredth of the steepest slope is left.
          return std::abs(x[0]) > 3 ? Regime::saturated : Regime::active;
        },
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -3, 3)}}};
        },
    .onnx = "Tanh",
};
}  // namespace rooms

Tensor tanh(const Tensor& x) { return apply(rooms::tanh, {floating_point(x)}); }
Tensor Tensor::tanh() const { return hindsight::tanh(*this); }

}  // namespace hindsight
