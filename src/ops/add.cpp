#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S a, S b) const {
    return a + b;
  }
};

}  // namespace

namespace rooms {
extern constinit const Op add = {
    .name = "add",
    .latex = "{0} + {1}",
    .text = "{0} + {1}",
    .words = "the sum of both",
    .binding = Binding::sum,
    .arity = 2,
    .elementwise = true,
    .rule = elementwise::numeric,
    .forward = elementwise::forward_numeric<Body>,
    .vjps = {[](const Tensor&, const Tensor& g) { return g; },
             [](const Tensor&, const Tensor& g) { return g; }},
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 2}, -2, 2), elementwise::sample({3, 2}, -2, 2, 1)}}};
        },
    .onnx = "Add",
};
}  // namespace rooms

Tensor operator+(const Tensor& a, const Tensor& b) {
  auto [x, y] = meet(a, b, "add");
  if (x.dtype() == boolean) return logical_or(x, y);  // as in PyTorch
  return apply(rooms::add, {x, y});
}
Tensor operator+(const Tensor& a, double b) { return a + constant_like(a, b); }
Tensor operator+(double a, const Tensor& b) { return constant_like(b, a) + b; }

}  // namespace hindsight
