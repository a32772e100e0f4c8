#pragma once
#include <vector>

#include <hindsight/parameter.hpp>

namespace hindsight::optim {

/// Scales the gradients of all parameters together down to a norm of at most `max_norm`, and gives the norm
/// that they had: a scalar, 0 without gradients. The square root of the sum of all squares; every gradient
/// is multiplied by min(1, max_norm / (norm + 1e-6)). (torch.nn.utils.clip_grad_norm_)
/// Inside a compiled step give the optimizer {.clip_norm = max_norm} instead.
/// Throws ValueError for a negative max_norm.
Tensor clip_grad_norm_(const std::vector<Parameter>& parameters, double max_norm);

}  // namespace hindsight::optim
