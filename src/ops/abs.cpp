#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    using namespace scalar;
    return abs(x);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op abs = {
    .name = "abs",
    .latex = R"(\left|{0}\right|)",
    .text = "abs({0})",
    .words = "the distance from zero",
    .elementwise = true,
    .rule = elementwise::numeric,
    .forward = elementwise::forward_numeric<Body>,
    .partials = {[](const Tensor& y) { return sign(y.input(0)); }},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          return x[0] > 0 ? Regime::active : x[0] < 0 ? Regime::reversed : Regime::kink;
        },
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -2, 2)}}};
        },
    .onnx = "Abs",
};
}  // namespace rooms

Tensor abs(const Tensor& x) { return apply(rooms::abs, {x}); }
Tensor Tensor::abs() const { return hindsight::abs(*this); }

}  // namespace hindsight
