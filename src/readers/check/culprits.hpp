#pragma once
#include <string>
#include <vector>

#include <hindsight/tensor.hpp>

namespace hindsight {

/// The operations in the graph of `output` whose derivative is wrong at the numbers that they have there,
/// each in a sentence with its probable cause.
std::vector<std::string> culprits(const Tensor& output);

}  // namespace hindsight
