#pragma once
#include <hindsight/tensor.hpp>

namespace hindsight::train {

/// The share of samples whose class is predicted. `logits` are [N, 1] with targets [N, 1] of 0 and 1 (class 1
/// where the logit is above 0, that is, its probability above 1/2), or [N, classes] with int64 targets [N]
/// (the class of the largest logit; of equal ones the first). Throws ShapeError for other shapes and for no
/// samples.
double accuracy(const Tensor& logits, const Tensor& targets);

}  // namespace hindsight::train
