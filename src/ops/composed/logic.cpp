// Logic on truths, made of comparisons and choices.
#include <limits>

#include <hindsight/ops.hpp>

#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

Tensor constant(bool value) { return Tensor(Array::full({}, value, boolean)); }

/// What is not 0 is true, NaN too.
Tensor truth(const Tensor& x) { return x.dtype() == boolean ? x : x != 0; }

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

Tensor logical_and(const Tensor& a, const Tensor& b) { return where(truth(a), truth(b), constant(false)); }
Tensor logical_or(const Tensor& a, const Tensor& b) { return where(truth(a), constant(true), truth(b)); }
Tensor logical_xor(const Tensor& a, const Tensor& b) { return truth(a) != truth(b); }
Tensor logical_not(const Tensor& x) { return truth(x) == constant(false); }

// NaN is the only number that differs from itself, and compares with nothing.
Tensor isnan(const Tensor& x) { return x != x; }
Tensor isinf(const Tensor& x) { return abs(floating_point(x)) == infinity; }
Tensor isfinite(const Tensor& x) { return abs(floating_point(x)) < infinity; }

// By counting.
Tensor Tensor::any(const Axes& axes, bool keepdim) const { return truth(*this).sum(axes, keepdim) != 0; }
Tensor Tensor::all(const Axes& axes, bool keepdim) const {
  return logical_not(*this).sum(axes, keepdim) == 0;
}

}  // namespace hindsight
