#include "ops/shared/softmax.hpp"

#include "ops/shared/elementwise.hpp"

namespace hindsight {

std::vector<Sample> samples_along_axes() {
  return {{{elementwise::sample({3, 4}, -2, 2)}, {{"axis", std::int64_t{1}}}},
          {{elementwise::sample({3, 4}, -2, 2)}, {{"axis", std::int64_t{0}}}}};
}

}  // namespace hindsight
