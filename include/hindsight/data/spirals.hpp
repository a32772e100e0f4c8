#pragma once
#include <cstdint>

#include <hindsight/data/dataset.hpp>
#include <hindsight/random.hpp>

namespace hindsight::data {

struct SpiralsOptions {
  std::int64_t points_per_class = 100;
  std::int64_t classes = 2;
  /// Standard deviation of the angle, in radians.
  double noise = 0.2;
  std::uint32_t seed = 42;
  DType dtype = float32;
};

/// Interleaved spiral arms in the plane, one a class: radius r = linspace(0, 1, n), angle
/// t = linspace(4c, 4(c + 1), n) + noise · N(0, 1), point (r sin t, r cos t).
/// Features are [n · classes, 2]. Targets are what the usual loss takes: for two classes [n · 2, 1] of 0 and
/// 1 in `dtype` (nn::BCELoss), for more the int64 class indices [n · classes] (nn::CrossEntropyLoss). The
/// numbers are those of NumPy after numpy.random.seed(seed). Throws ValueError for less than one point or
/// class.
Dataset spirals(const SpiralsOptions& options = {});
/// The same, drawn from `generator`, which then stands where NumPy's would: for initial weights from the same
/// stream.
Dataset spirals(const SpiralsOptions& options, Generator& generator);

}  // namespace hindsight::data
