#pragma once
#include <hindsight/tensor.hpp>

namespace hindsight {

/// How far rounding may have moved the scalar `output`, to first order and in units of ε: √Σ (∂output/∂v ·
/// v)² over the numbers v on the way to it. With `elsewhere`, the same function at another point, only over
/// those that are another number there: the others err alike at both points. (Over all, where the other
/// point shows nothing: it gives the same result, or was computed in another way.)
double rounding_of(const Tensor& output, const Tensor& elsewhere = {});

}  // namespace hindsight
