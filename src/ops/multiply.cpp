#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S a, S b) const {
    return a * b;
  }
};

}  // namespace

namespace rooms {
extern constinit const Op multiply = {
    .name = "multiply",
    .latex = R"({0} \cdot {1})",
    .text = "{0} * {1}",
    .words = "the product of both",
    .binding = Binding::product,
    .arity = 2,
    .elementwise = true,
    .rule = elementwise::numeric,
    .forward = elementwise::forward_numeric<Body>,
    .partials = {[](const Tensor& y) { return y.input(1); }, [](const Tensor& y) { return y.input(0); }},
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 2}, -2, 2), elementwise::sample({3, 2}, -2, 2, 1)}}};
        },
    .onnx = "Mul",
};
}  // namespace rooms

Tensor operator*(const Tensor& a, const Tensor& b) {
  auto [x, y] = meet(a, b, "multiply");
  if (x.dtype() == boolean) return logical_and(x, y);  // as in PyTorch
  return apply(rooms::multiply, {x, y});
}
Tensor operator*(const Tensor& a, double b) { return a * constant_like(a, b); }
Tensor operator*(double a, const Tensor& b) { return constant_like(b, a) * b; }

}  // namespace hindsight
