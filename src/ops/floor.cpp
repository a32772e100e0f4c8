#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    return scalar::floor(x);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op floor = {
    .name = "floor",
    .latex = R"(\left\lfloor{0}\right\rfloor)",
    .text = "floor({0})",
    .words = "the next whole number below",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .vjps = {[](const Tensor& y, const Tensor&) { return elementwise::zeros_like(y); }},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          // Flat between the jumps.
          return x[0] == std::floor(x[0]) ? Regime::kink : Regime::inactive;
        },
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -3, 3)}}};
        },
    .onnx = "Floor",
};
}  // namespace rooms

// Integers are whole already.
Tensor floor(const Tensor& x) { return x.dtype() == int64 ? x : apply(rooms::floor, {x}); }

}  // namespace hindsight
