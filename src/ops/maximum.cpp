#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

/// 1 where `a` is chosen, 1/2 at a tie.
Tensor share(const Tensor& a, const Tensor& b) {
  return 0.5 * (a > b).to(a.dtype()) + 0.5 * (a >= b).to(a.dtype());
}

struct Body {
  template <class S>
  S operator()(S a, S b) const {
    using namespace scalar;
    return maximum(a, b);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op maximum = {
    .name = "maximum",
    .latex = R"(\max\left({0}, {1}\right))",
    .text = "maximum({0}, {1})",
    .words = "the larger of both",
    .arity = 2,
    .elementwise = true,
    .rule = elementwise::numeric,
    .forward = elementwise::forward_numeric<Body>,
    .partials = {[](const Tensor& y) { return share(y.input(0), y.input(1)); },
                 [](const Tensor& y) { return share(y.input(1), y.input(0)); }},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          // Seen from the first input, which passes or is blocked.
          return x[0] == x[1] ? Regime::kink : x[0] > x[1] ? Regime::active : Regime::inactive;
        },
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 2}, -2, 2), elementwise::sample({3, 2}, -2, 2, 3)}}};
        },
    .onnx = "Max",
};
}  // namespace rooms

Tensor maximum(const Tensor& a, const Tensor& b) {
  auto [x, y] = meet(a, b, "maximum");
  return apply(rooms::maximum, {x, y});
}

}  // namespace hindsight
