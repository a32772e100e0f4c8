#pragma once
#include <hindsight/op.hpp>

namespace hindsight {

/// The value that an operation gives; `type` is what its rule has said.
Array computed(const Op& op, Operands operands, const Attributes& attributes, TensorType type);

}  // namespace hindsight
