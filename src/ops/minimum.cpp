#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

/// The cotangent of `a`: all of it where `a` is chosen, half of it at a tie. It is chosen, not multiplied by
/// 0 or 1: an infinite one must not turn into NaN on the other side.
Tensor share(const Tensor& g, const Tensor& a, const Tensor& b) {
  return where(a == b, 0.5 * g, where(a > b, elementwise::zeros_like(g), g));
}

struct Body {
  template <class S>
  S operator()(S a, S b) const {
    using namespace scalar;
    return minimum(a, b);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op minimum = {
    .name = "minimum",
    .latex = R"(\min\left({0}, {1}\right))",
    .text = "minimum({0}, {1})",
    .words = "the smaller of both",
    .arity = 2,
    .elementwise = true,
    .rule = elementwise::numeric,
    .forward = elementwise::forward_numeric<Body>,
    .vjps = {[](const Tensor& y, const Tensor& g) { return share(g, y.input(0), y.input(1)); },
             [](const Tensor& y, const Tensor& g) { return share(g, y.input(1), y.input(0)); }},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          // Seen from the first input, which passes or is blocked.
          return x[0] == x[1] ? Regime::kink : x[0] < x[1] ? Regime::active : Regime::inactive;
        },
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 2}, -2, 2), elementwise::sample({3, 2}, -2, 2, 3)}}};
        },
    .onnx = "Min",
};
}  // namespace rooms

Tensor minimum(const Tensor& a, const Tensor& b) {
  auto [x, y] = meet(a, b, "minimum");
  if (x.dtype() == boolean) return logical_and(x, y);  // as in PyTorch
  return apply(rooms::minimum, {x, y});
}

}  // namespace hindsight
