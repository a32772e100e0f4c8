#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

namespace hindsight {

// First from below and then from above: where min > max the result is max, as in PyTorch.
Tensor clamp(const Tensor& x, std::optional<double> min, std::optional<double> max) {
  if (!min && !max) throw ValueError("clamp: give min, max or both");
  const Tensor held = min ? clamp_min(x, *min) : x;
  return max ? clamp_max(held, *max) : held;
}

Tensor clamp(const Tensor& x, const Tensor& min, const Tensor& max) {
  if (!min.defined() && !max.defined()) throw ValueError("clamp: give min, max or both");
  const Tensor held = min.defined() ? clamp_min(x, min) : x;
  return max.defined() ? clamp_max(held, max) : held;
}

}  // namespace hindsight
