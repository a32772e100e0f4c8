#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S a, S b) const {
    return a / b;
  }
};

}  // namespace

namespace rooms {
extern constinit const Op divide = {
    .name = "divide",
    .latex = R"(\frac{{0}}{{1}})",
    .text = "{0} / {1}",
    .words = "the first divided by the second",
    .binding = Binding::product,
    .arity = 2,
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return 1 / y.input(1); },
                 [](const Tensor& y) { return -y / y.input(1); }},
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 2}, -2, 2), elementwise::sample({3, 2}, 0.5, 2, 1)}},
              {{elementwise::sample({3, 2}, -2, 2), elementwise::sample({3, 2}, -2, -0.5, 1)}}};
        },
    .onnx = "Div",
};
}  // namespace rooms

// True division: integers become float32, as in PyTorch.
Tensor operator/(const Tensor& a, const Tensor& b) {
  auto [x, y] = meet(a, b, "divide");
  return apply(rooms::divide, {floating_point(x), floating_point(y)});
}
Tensor operator/(const Tensor& a, double b) { return a / constant_like(a, b); }
Tensor operator/(double a, const Tensor& b) { return constant_like(b, a) / b; }

}  // namespace hindsight
