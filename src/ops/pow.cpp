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
  // By squaring; wraps around like any product of integers. 1 / a^−b has no fraction to give.
  std::int64_t operator()(std::int64_t a, std::int64_t b) const {
    if (b < 0) return a == 1 || (a == -1 && b % 2 == 0) ? 1 : a == -1 ? -1 : 0;
    std::uint64_t result = 1;
    for (auto factor = static_cast<std::uint64_t>(a); b > 0; b /= 2, factor *= factor)
      if (b % 2 == 1) result *= factor;
    return static_cast<std::int64_t>(result);
  }
};

Tensor number(const Tensor& x) { return x.dtype() == int64 ? x : floating_point(x); }

// b·a^(b−1) and a^b·ln a; 0 where a factor 0 meets an infinite one, as in PyTorch.
Tensor by_base(const Tensor& y) {
  const Tensor &a = y.input(0), &b = y.input(1);
  return where(b == 0, 0 * b, b * pow(a, b - 1));
}
Tensor by_exponent(const Tensor& y) {
  const Tensor &a = y.input(0), &b = y.input(1);
  return where(logical_and(a == 0, b >= 0), 0 * a, y * log(a));
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
    .rule = elementwise::numeric,
    .forward = elementwise::forward_numeric<Body>,
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
  return apply(rooms::pow, {number(a), number(b)});
}

Tensor pow(double base, const Tensor& exponent) { return pow(constant_like(exponent, base), exponent); }

}  // namespace hindsight
