#pragma once
#include <string>
#include <vector>

#include <hindsight/autodiff/functional.hpp>
#include <hindsight/check.hpp>

namespace hindsight {

/// Why gradients are wrong where `entries` say so, one sentence for each cause that is found: the operations
/// whose own derivative is wrong at the numbers that they have here; else what the whole looks like.
std::vector<std::string> diagnose(const TensorsFunction& function, const std::vector<Tensor>& inputs,
                                  const std::vector<GradcheckEntry>& entries);

}  // namespace hindsight
