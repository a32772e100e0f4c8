#pragma once
#include <cstddef>

#include "plan/batch.hpp"

namespace hindsight {

/// Whether a step should have its samples in the lanes of vectors (narrow/) and not in column panels (wide/):
/// by the multiply-adds that either layout would issue.
bool is_cheaper_in_lanes(const Recording& recording, const Batch& batch);

}  // namespace hindsight
