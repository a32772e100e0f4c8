#pragma once
#include <span>

#include <hindsight/tensor.hpp>

namespace hindsight::optim {

/// By how much gradients must shrink so that all of them together have a p-norm of at most `max_norm`.
struct Clipping {
  Tensor total_norm, coefficient;  // scalars; float64 as soon as one of the gradients is

  /// Undefined gradients do not count.
  Clipping(std::span<const Tensor> gradients, double max_norm, double p = 2);
};

}  // namespace hindsight::optim
