#pragma once
#include <hindsight/array.hpp>

namespace hindsight {

/// Throws IndexError, naming the first index in `classes_of` (int64) that is not in [0, classes).
void require_classes(const Array& classes_of, std::int64_t classes);

}  // namespace hindsight
