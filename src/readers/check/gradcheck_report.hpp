#pragma once
#include <string>
#include <vector>

#include <hindsight/check.hpp>

namespace hindsight {

/// The entries of one parameter or input.
using CheckedInput = std::vector<const GradcheckEntry*>;
std::vector<CheckedInput> by_input(const Gradcheck& check);

/// Whether `a` must be shown rather than `b` where one stands for both.
bool is_worse(const GradcheckEntry& a, const GradcheckEntry& b);

/// "0.weight[3, 1]: backprop 3, numerical 6 (wrong)"
std::string described(const GradcheckEntry& entry);

}  // namespace hindsight
