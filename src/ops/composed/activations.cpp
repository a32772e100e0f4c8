// Activations made of operations.
#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {

Tensor relu6(const Tensor& x) { return hardtanh(x, 0, 6); }

// Klambauer and others, "Self-Normalizing Neural Networks", 2017: both numbers follow from the demand that
// mean 0 and variance 1 reproduce themselves.
Tensor selu(const Tensor& x) {
  constexpr double alpha = 1.6732632423543772848, scale = 1.0507009873554804934;
  return scale * elu(x, alpha);
}

// Hendrycks and Gimpel, 2016: Φ(x) ≈ (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2
Tensor gelu(const Tensor& x, std::string_view approximate) {
  if (approximate == "none") return gelu(x);
  if (approximate != "tanh")
    fail<ValueError>("gelu: approximate is \"{}\" and must be \"none\" or \"tanh\"", approximate);
  constexpr double root_two_over_pi = 0.7978845608028654;
  const Tensor z = floating_point(x);
  return 0.5 * z * (1 + tanh(root_two_over_pi * (z + 0.044715 * pow(z, 3))));
}

// Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", 2019
Tensor mish(const Tensor& x) { return x * tanh(softplus(x)); }

// log(1 / (1 + e^−x)), whose sigmoid would round to 0 or 1 first
Tensor logsigmoid(const Tensor& x) { return -softplus(-x); }

Tensor softplus(const Tensor& x, double beta, double threshold) {
  if (beta == 0) throw ValueError("softplus: beta is 0 and must be another number: it divides");
  const Tensor z = beta == 1 ? floating_point(x) : beta * floating_point(x);
  const Tensor curve = beta == 1 ? softplus(z) : softplus(z) / beta;
  return threshold == std::numeric_limits<double>::infinity() ? curve : where(z > threshold, x, curve);
}

}  // namespace hindsight
