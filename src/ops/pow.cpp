#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S a, S b) const {
    using namespace scalar;
    return pow(a, b);
  }
};

// b·a^(b−1) and a^b·ln a; 0 where a factor 0 meets an infinite one, as in PyTorch.
Tensor by_base(const Tensor& y) {
  const Tensor &a = y.input(0), &b = y.input(1);
  return where(b == 0, 0 * b, b * pow(a, b - 1));
}
Tensor by_exponent(const Tensor& y) {
  const Tensor& a = y.input(0);
  return where(a == 0, 0 * a, y * log(a));
}

}  // namespace

namespace rooms {
extern constinit const Op pow = {
    .name = "pow",
    .latex = "{0}^{{1}}",
    .text = "{0}^{1}",
    .words = "the first to the power of the second",
    .binding = Binding::power,
    .arity = 2,
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {by_base, by_exponent},
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 2}, 0.3, 2), elementwise::sample({3, 2}, -2, 3, 1)}}};
        },
    .onnx = "Pow",
};
}  // namespace rooms

Tensor pow(const Tensor& base, const Tensor& exponent) {
  auto [a, b] = meet(base, exponent, "pow");
  return apply(rooms::pow, {floating_point(a), floating_point(b)});
}

Tensor pow(double base, const Tensor& exponent) { return pow(constant_like(exponent, base), exponent); }

}  // namespace hindsight
