#pragma once
#include <string>
#include <vector>

#include "plan/recording.hpp"

namespace hindsight {

/// Computes a recorded step, operation by operation, in the order in which it was recorded. Returns the
/// values of the nodes that are results; the others are let go after their last use.
std::vector<Array> replay(const Recording& recording, std::span<const Tensor> inputs);

/// The steps that replay() executes.
std::string describe_replay(const Recording& recording);

}  // namespace hindsight
