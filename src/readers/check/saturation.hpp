#pragma once
#include <hindsight/tensor.hpp>

namespace hindsight {

/// The smallest slope among the saturated elements of all that `output` was made from; infinite when there
/// are none.
double flattest_slope(const Tensor& output);

}  // namespace hindsight
