#pragma once
#include <optional>
#include <string>
#include <vector>

#include "plan/recording.hpp"

namespace hindsight {

/// How each node of a step lies to the batch: the fact on which plans divide the work.
struct Batch {
  enum class Place : std::uint8_t {
    whole,      // does not depend on the samples, or adds them up: parameters, gradients, scalars
    samples,    // one row a sample: [B] or [B, C]
    transposed  // [C, B]: a transpose of the former, which exists only as an operand of a product
  };
  std::int64_t size = 0;
  std::vector<Place> place;

  /// The step's dtype is that of its samples; scalars may have another.
  DType dtype(const Recording& recording) const;
  /// Whether a whole node is made of samples: a sum over them, or a gradient.
  bool adds_samples(const Recording& recording, std::size_t node) const;
  bool is_samples(std::size_t node) const { return place[node] == Place::samples; }

  /// Empty, with the reason, when some operation mixes samples in a way that is not understood here.
  static std::optional<Batch> of(const Recording& recording, std::string& reason);
};

/// Whether a node shows the numbers of its input, in their order: a broadcast or a reshape.
bool is_view(const Tensor& node);
/// Features of a node of samples: 1 for [B].
std::int64_t features(const Tensor& node);

}  // namespace hindsight
