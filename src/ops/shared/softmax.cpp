#include "ops/shared/softmax.hpp"

#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {

Tensor apply_along_axis(const Op& op, const Tensor& x, std::int64_t axis) {
  if (x.dim() == 0) return apply_along_axis(op, x.unsqueeze(0), axis).squeeze(0);
  return apply(op, {floating_point(x)}, {{"axis", static_cast<std::int64_t>(x.shape().axis(axis))}});
}

std::vector<Sample> samples_along_axes() {
  return {{{elementwise::sample({3, 4}, -2, 2)}, {{"axis", std::int64_t{1}}}},
          {{elementwise::sample({3, 4}, -2, 2)}, {{"axis", std::int64_t{0}}}}};
}

}  // namespace hindsight
