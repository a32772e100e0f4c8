#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

double alpha_of(const Attributes& attributes) { return attributes.get<double>("alpha"); }

// Clevert, Unterthiner and Hochreiter, "Fast and Accurate Deep Network Learning by Exponential Linear Units",
// 2015
struct Body {
  double alpha;
  template <class S>
  S operator()(S x) const {
    return scalar::select(x > S(0), x, S(alpha) * scalar::expm1(x));
  }
};

void forward(Operands in, const Attributes& attributes, Array& out) {
  const Body body{alpha_of(attributes)};
  if (out.dtype() == float32)
    elementwise::run<float, float>(body, in, out);
  else
    elementwise::run<double, double>(body, in, out);
}

// 1 on the right, alpha · e^x on the left, 0 included. The exponential is not asked on the right, where it
// may be infinite.
Tensor partial(const Tensor& y) {
  const Tensor& x = y.input(0);
  const Tensor right = x > 0, zero = elementwise::zeros_like(x);
  return where(right, ones(x.shape(), {.dtype = x.dtype()}),
               alpha_of(y.attributes()) * exp(where(right, zero, x)));
}

}  // namespace

namespace rooms {
extern constinit const Op elu = {
    .name = "elu",
    .latex = R"(\operatorname{elu}_{{alpha}}\left({0}\right))",
    .text = "elu({0}, {alpha})",
    .words = "lets what is positive through and bends the rest towards -alpha",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = forward,
    .partials = {partial},
    .regime =
        [](std::span<const double> x, const Attributes& attributes) {
          if (x[0] > 0) return Regime::active;
          if (x[0] == 0) return Regime::kink;  // of the slope, or (alpha = 1) of the slope's slope
          return alpha_of(attributes) < 0 ? Regime::reversed : Regime::inactive;
        },
    .samples =
        [] {
          std::vector<Sample> samples;
          for (const double alpha : {1.0, 1.7, 0.3, -0.5})
            samples.push_back({{elementwise::sample({3, 2}, -2, 2)}, {{"alpha", alpha}}});
          return samples;
        },
    .onnx = "Elu",
};
}  // namespace rooms

Tensor elu(const Tensor& x, double alpha) {
  return apply(rooms::elu, {floating_point(x)}, {{"alpha", alpha}});
}

}  // namespace hindsight
