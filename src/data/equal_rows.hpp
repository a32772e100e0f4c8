#pragma once
#include <cstdint>
#include <vector>

#include <hindsight/tensor.hpp>

namespace hindsight::data {

/// The indices of the rows of `matrix` [N, F] in groups of equal rows: each group in order, and the groups in
/// the order of their first rows. −0 equals 0, and NaN equals NaN.
std::vector<std::vector<std::int64_t>> equal_rows(const Tensor& matrix);

}  // namespace hindsight::data
