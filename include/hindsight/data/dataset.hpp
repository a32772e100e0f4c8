#pragma once
#include <hindsight/tensor.hpp>

namespace hindsight::data {

/// Samples and what is to be learned of them: `auto [X, y] = …`.
struct Dataset {
  /// [samples, features]
  Tensor features;
  /// One row or one class index a sample.
  Tensor targets;
};

}  // namespace hindsight::data
