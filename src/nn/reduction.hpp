#pragma once
#include <hindsight/nn/losses.hpp>

namespace hindsight::nn {

/// The losses of single elements, as `reduction` asks. Throws ValueError for batchmean, which kl_div alone
/// knows.
Tensor reduced(const Tensor& losses, Reduction reduction, const char* loss);

}  // namespace hindsight::nn
