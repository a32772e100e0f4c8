#include <cmath>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/elementwise.hpp"
#include "ops/shared/located.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

double exponent_of(const Attributes& attributes) { return attributes.get<double>("exponent"); }

// Squares and cubes are products: exact where pow() would round, and quicker.
struct Body {
  double exponent;
  template <class S>
  S operator()(S x) const {
    if (exponent == 2) return x * x;
    if (exponent == 3) return x * x * x;
    return scalar::pow(x, S(exponent));
  }
};

void forward(Operands in, const Attributes& attributes, Array& out) {
  const Body body{exponent_of(attributes)};
  if (out.dtype() == float32)
    elementwise::run<float, float>(body, in, out);
  else
    elementwise::run<double, double>(body, in, out);
}

/// As in PyTorch integers have whole powers that are integers.
Tensor whole_power(const Tensor& base, double exponent) {
  if (exponent < 0)
    fail<ValueError>("{}: {} to the power of {} would have fractions; convert it with .to(hs::float32)",
                     located("pow"), name(base.dtype()), exponent);
  return pow(base, constant_like(base, exponent));
}

Tensor partial(const Tensor& y) {
  const double exponent = exponent_of(y.attributes());
  return exponent == 0 ? elementwise::zeros_like(y) : exponent * pow(y.input(0), exponent - 1);
}

}  // namespace

namespace rooms {
extern constinit const Op power = {
    .name = "power",
    .latex = "{0}^{{exponent}}",
    .text = "{0}^{exponent}",
    .words = "a constant power of the input",
    .binding = Binding::power,
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = forward,
    .partials = {partial},
    .samples =
        [] {
          std::vector<Sample> samples;
          for (const double exponent : {2.0, 3.0, -1.0, 0.5, 1.0, 0.0})
            samples.push_back({{elementwise::sample({3, 2}, 0.3, 2)}, {{"exponent", exponent}}});
          return samples;
        },
    .onnx = "Pow",
};
}  // namespace rooms

Tensor pow(const Tensor& base, double exponent) {
  if (!is_floating(base.dtype()) && exponent == std::trunc(exponent)) return whole_power(base, exponent);
  const Tensor x = floating_point(base);
  return exponent == 1 ? x : apply(rooms::power, {x}, {{"exponent", exponent}});
}
Tensor Tensor::pow(double exponent) const { return hindsight::pow(*this, exponent); }

}  // namespace hindsight
