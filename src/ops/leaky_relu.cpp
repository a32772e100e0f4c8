#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

double slope_of(const Attributes& attributes) { return attributes.get<double>("negative_slope"); }

struct Body {
  double slope;
  template <class S>
  S operator()(S x) const {
    return scalar::select(x > S(0), x, S(slope) * x);
  }
};

void forward(Operands in, const Attributes& attributes, Array& out) {
  const Body body{slope_of(attributes)};
  if (out.dtype() == float32)
    elementwise::run<float, float>(body, in, out);
  else
    elementwise::run<double, double>(body, in, out);
}

// Exactly 1 on the right and exactly the slope on the left, 0 included.
Tensor partial(const Tensor& y) {
  const Tensor right = step(y.input(0));
  return right + slope_of(y.attributes()) * (1 - right);
}

}  // namespace

namespace rooms {
extern constinit const Op leaky_relu = {
    .name = "leaky_relu",
    .latex = R"(\operatorname{leaky\_relu}_{{negative_slope}}\left({0}\right))",
    .text = "leaky_relu({0}, {negative_slope})",
    .words = "lets what is positive through and a small share of the rest",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = forward,
    .partials = {partial},
    .regime =
        [](std::span<const double> x, const Attributes& attributes) {
          const double slope = slope_of(attributes);
          if (x[0] > 0 || slope == 1) return Regime::active;
          if (x[0] == 0) return Regime::kink;
          return slope < 0 ? Regime::reversed : Regime::inactive;
        },
    .samples =
        [] {
          std::vector<Sample> samples;
          for (const double slope : {0.01, 0.2, -0.5, 1.0})
            samples.push_back({{elementwise::sample({3, 2}, -2, 2)}, {{"negative_slope", slope}}});
          return samples;
        },
    .onnx = "LeakyRelu",
};
}  // namespace rooms

Tensor leaky_relu(const Tensor& x, double negative_slope) {
  return apply(rooms::leaky_relu, {floating_point(x)}, {{"negative_slope", negative_slope}});
}

}  // namespace hindsight
