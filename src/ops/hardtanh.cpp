#include <algorithm>

#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x, S low, S high) const {
    using namespace scalar;
    return select(x <= low, low, select(x >= high, high, x));
  }
};

void forward(Operands in, const Attributes&, Array& out) {
  dispatch(out.dtype(), [&](auto zero) {
    using T = decltype(zero);
    kernels::map(Body(), out.shape(), out.mutable_data<T>(), elementwise::strided<T>(in[0]),
                 elementwise::strided<T>(in[1]), elementwise::strided<T>(in[2]));
  });
}

// At the edges the bound has the whole slope, as in PyTorch. Cotangents are chosen, as in clamp_min.
Tensor by_input(const Tensor& y, const Tensor& g) {
  const Tensor &x = y.input(0), zero = elementwise::zeros_like(g);
  return where(x <= y.input(1), zero, where(x >= y.input(2), zero, g));
}
Tensor by_low(const Tensor& y, const Tensor& g) {
  return where(y.input(0) <= y.input(1), g, elementwise::zeros_like(g));
}
Tensor by_high(const Tensor& y, const Tensor& g) {
  return where(y.input(0) >= y.input(2), g, elementwise::zeros_like(g));
}

}  // namespace

namespace rooms {
extern constinit const Op hardtanh = {
    .name = "hardtanh",
    .latex = R"(\min\left(\max\left({0}, {1}\right), {2}\right))",
    .text = "hardtanh({0}, {1}, {2})",
    .words = "the first, held between the second and the third: a tanh of straight lines",
    .arity = 3,
    .elementwise = true,
    .rule = elementwise::numeric,
    .forward = forward,
    .vjps = {by_input, by_low, by_high},
    .regime =
        [](std::span<const double> x, const Attributes&) {
          if (x[0] == x[1] || x[0] == x[2]) return Regime::kink;
          return x[0] > x[1] && x[0] < x[2] ? Regime::active : Regime::inactive;
        },
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 2}, -2, 2), elementwise::sample({3, 2}, -1.1, -0.9, 1),
                elementwise::sample({3, 2}, 0.9, 1.1, 2)}},
              {{elementwise::sample({2, 1, 3}, -1, 8), elementwise::sample({2, 1, 3}, -0.1, 0.1, 1),
                elementwise::sample({2, 1, 3}, 5.9, 6.1, 2)}}};
        },
    .onnx = "Clip",
};
}  // namespace rooms

// Where min_val is the larger one, the result is max_val throughout, as in PyTorch.
Tensor hardtanh(const Tensor& x, double min_val, double max_val) {
  auto [a, low] = meet(x, constant_like(x, std::min(min_val, max_val)), "hardtanh");
  auto [b, high] = meet(a, constant_like(a, max_val), "hardtanh");
  return apply(rooms::hardtanh, {b, low.to(b.dtype()), high});
}

}  // namespace hindsight
