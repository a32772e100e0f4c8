#pragma once
#include <span>
#include <vector>

#include "plan/recording.hpp"

namespace hindsight {

/// What a recorded step gives in eager operations and float64 throughout, from the numbers that its inputs
/// and parameters have now: the measure for whatever runs it.
class Audit {
 public:
  Audit(const Recording& recording, std::span<const Tensor* const> inputs);

  /// Compares outputs and parameters after the step with what they should be. Differences are relative to the
  /// largest number of the tensor.
  void compare(std::span<const Tensor> outputs, AuditReport& report) const;

 private:
  const Recording& recording_;
  std::vector<Array> values_;  // by node
};

}  // namespace hindsight
