#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    using namespace scalar;
    return S(1) / (S(1) + exp(-x));
  }
};

}  // namespace

namespace rooms {
extern constinit const Op sigmoid = {
    .name = "sigmoid",
    .latex = R"(\sigma\left({0}\right))",
    .text = "sigmoid({0})",
    .words = "squashes a number into (0, 1): 1 / (1 + e^-x)",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return y * (1 - y); }},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          // Beyond, less than a hundredth of the steepest slope is left.
          return std::abs(x[0]) > 6 ? Regime::saturated : Regime::active;
        },
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -4, 4)}}};
        },
    .onnx = "Sigmoid",
};
}  // namespace rooms

Tensor sigmoid(const Tensor& x) { return apply(rooms::sigmoid, {floating_point(x)}); }
Tensor Tensor::sigmoid() const { return hindsight::sigmoid(*this); }

}  // namespace hindsight
