#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    return S(x > S(0)) - S(x < S(0));
  }
};

}  // namespace

namespace rooms {
extern constinit const Op sign = {
    .name = "sign",
    .latex = R"(\operatorname{sign}\left({0}\right))",
    .text = "sign({0})",
    .words = "-1, 0 or 1",
    .elementwise = true,
    .rule = elementwise::numeric,
    .forward = elementwise::forward_numeric<Body>,
    .vjps = {[](const Tensor& y, const Tensor&) { return elementwise::zeros_like(y); }},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          return x[0] > 0 ? Regime::active : x[0] < 0 ? Regime::reversed : Regime::kink;
        },
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -2, 2)}}};
        },
    .onnx = "Sign",
};
}  // namespace rooms

Tensor sign(const Tensor& x) { return x.dtype() == boolean ? x : apply(rooms::sign, {x}); }

}  // namespace hindsight
