#pragma once
#include <cstdint>
#include <vector>

#include <hindsight/tensor.hpp>

namespace hindsight::data {

/// Samples with equal features and different classes: no function can get them all right.
struct Contradiction {
  std::vector<std::int64_t> samples;
  /// How many of them the best constant answer gets right.
  std::int64_t best = 0;
};

/// What is the best that any function of the features can do on this data.
struct Ceiling {
  std::int64_t samples = 0;
  /// Samples that can be right at once, at most.
  std::int64_t correct = 0;
  /// The lowest mean cross-entropy: each group of equal samples answered with its own shares of the classes.
  double loss_floor = 0;
  std::vector<Contradiction> contradictions;

  double accuracy() const {
    return samples ? static_cast<double>(correct) / static_cast<double>(samples) : 0;
  }
};

/// Groups equal rows of `features` [N, F] and looks at the classes in `targets`, [N] or [N, 1] of any dtype.
/// Throws ShapeError when the numbers of rows differ.
Ceiling ceiling(const Tensor& features, const Tensor& targets);

}  // namespace hindsight::data
