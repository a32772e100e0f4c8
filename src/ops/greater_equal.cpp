#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  bool operator()(S a, S b) const {
    return a >= b;
  }
};

}  // namespace

namespace rooms {
extern constinit const Op greater_equal = {
    .name = "greater_equal",
    .latex = R"(\left[{0} \ge {1}\right])",
    .text = "[{0} >= {1}]",
    .words = "true where the first is at least the second",
    .arity = 2,
    .elementwise = true,
    .rule = elementwise::comparison,
    .forward = elementwise::forward_comparison<Body>,
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 2}, -2, 2), elementwise::sample({3, 2}, -2, 2, 1)}}};
        },
    .onnx = "GreaterOrEqual",
};
}  // namespace rooms

Tensor operator>=(const Tensor& a, const Tensor& b) {
  auto [x, y] = meet(a, b, "greater_equal");
  return apply(rooms::greater_equal, {x, y});
}
Tensor operator>=(const Tensor& a, double b) { return a >= constant_like(a, b); }

}  // namespace hindsight
