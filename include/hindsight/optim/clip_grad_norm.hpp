#pragma once
#include <vector>

#include <hindsight/parameter.hpp>

namespace hindsight::optim {

struct ClipGradNormOptions {
  /// p of the norm (Σ |g|ᵖ)^(1/p); infinity takes the largest |g|.
  double norm_type = 2;
  /// Throw a ValueError when the norm is infinite or NaN, and change nothing.
  bool error_if_nonfinite = false;
};

/// Scales the gradients of all parameters together down to a norm of at most `max_norm`, and gives the norm
/// that they had: a scalar, 0 without gradients. Every gradient is multiplied by
/// min(1, max_norm / (norm + 1e-6)). (torch.nn.utils.clip_grad_norm_)
/// Inside a compiled step give the optimizer {.clip_norm = max_norm} instead; error_if_nonfinite, which looks
/// at a number, is a StateError there.
/// Throws ValueError for a negative max_norm, and unless norm_type is positive.
Tensor clip_grad_norm_(const std::vector<Parameter>& parameters, double max_norm,
                       ClipGradNormOptions options = {});

}  // namespace hindsight::optim
