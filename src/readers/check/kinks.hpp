#pragma once
#include <vector>

#include <hindsight/check.hpp>

namespace hindsight {

/// Where the graphs of two nearby points are on different sides of a kink, or one of them is on it. Both are
/// of the same function; when it built different operations at the two points, that too is a kink.
std::vector<Kink> kinks_between(const Tensor& below, const Tensor& above);

}  // namespace hindsight
