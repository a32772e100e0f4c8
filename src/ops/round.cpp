#include <cmath>

#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    return scalar::nearbyint(x);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op round = {
    .name = "round",
    .latex = R"(\operatorname{round}\left({0}\right))",
    .text = "round({0})",
    .words = "the nearest whole number, of two the even one",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .vjps = {[](const Tensor& y, const Tensor&) { return elementwise::zeros_like(y); }},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          // Flat between the jumps.
          return x[0] == std::floor(x[0]) + 0.5 ? Regime::kink : Regime::inactive;
        },
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -3, 3)}}};
        },
    .onnx = "Round",
};
}  // namespace rooms

// Integers are whole already.
Tensor round(const Tensor& x) { return x.dtype() == int64 ? x : apply(rooms::round, {x}); }

Tensor round(const Tensor& x, std::int64_t decimals) {
  const double scale = std::pow(10.0, std::abs(static_cast<double>(decimals)));
  return decimals < 0 ? round(x / scale) * scale : round(x * scale) / scale;
}

}  // namespace hindsight
