// Sums, differences and quotients under their names, with the options that the operators have no room for.
#include <cmath>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/located.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

Tensor times(double alpha, const Tensor& a, const Tensor& b, const char* operation) {
  if (alpha == 1) return b;
  if (!is_floating(a.dtype()) && !is_floating(b.dtype()) && alpha != std::trunc(alpha))
    fail<DTypeError>(
        "{}: alpha is {} and must be a whole number for {} and {}; convert one with "
        ".to(hs::float32)",
        located(operation), alpha, name(a.dtype()), name(b.dtype()));
  return alpha * b;
}

/// The whole number between `quotient` and 0 that is nearest to it.
Tensor towards_0(const Tensor& quotient) { return where(quotient < 0, ceil(quotient), floor(quotient)); }

Tensor truncated(const Tensor& a, const Tensor& b) {
  if (is_floating(promote(a.dtype(), b.dtype()))) return towards_0(a / b);
  const Tensor below = floor_divide(a, b);
  return where(logical_and(below < 0, below * b != a), below + 1, below);
}

}  // namespace

Tensor add(const Tensor& a, const Tensor& b, double alpha) { return a + times(alpha, a, b, "add"); }
Tensor add(const Tensor& a, double b, double alpha) { return add(a, constant_like(a, b), alpha); }
Tensor sub(const Tensor& a, const Tensor& b, double alpha) { return a - times(alpha, a, b, "sub"); }
Tensor sub(const Tensor& a, double b, double alpha) { return sub(a, constant_like(a, b), alpha); }

Tensor div(const Tensor& a, const Tensor& b, std::string_view rounding_mode) {
  if (rounding_mode.empty()) return a / b;
  if (rounding_mode == "floor") return floor_divide(a, b);
  if (rounding_mode == "trunc") return truncated(a, b);
  fail<ValueError>("{}: rounding_mode is \"{}\" and must be \"trunc\", \"floor\" or left out", located("div"),
                   rounding_mode);
}
Tensor div(const Tensor& a, double b, std::string_view rounding_mode) {
  return div(a, constant_like(a, b), rounding_mode);
}

}  // namespace hindsight
