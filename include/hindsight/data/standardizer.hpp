#pragma once
#include <cstddef>
#include <vector>

#include <hindsight/tensor.hpp>

namespace hindsight::data {

/// (x − mean) / std for each feature, so that all weigh alike at the start of learning. (sklearn's
/// StandardScaler) A feature that never varies has std 0 and becomes 0: it tells nothing, and must not blow
/// up where it varies later.
struct Standardizer {
  std::vector<double> mean;
  std::vector<double> std;

  /// Mean and standard deviation (of the N values, not of N − 1) of each column of `features` [N, F]; take
  /// the training rows only. Throws ShapeError unless there are two axes and a row, ValueError when a
  /// column's numbers are so large that its deviation is infinite.
  static Standardizer of(const Tensor& features);
  /// Scales `features` [N, F], computing in float64. Throws ShapeError for another number of features.
  Tensor operator()(const Tensor& features, DType dtype = float32) const;
  /// The features that never vary.
  std::vector<std::size_t> constant() const;
};

}  // namespace hindsight::data
