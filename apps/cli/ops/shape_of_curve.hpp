#pragma once
#include <string>
#include <vector>

#include <hindsight/op.hpp>

/// Where an elementwise operation bends, by its own `regime`, tried on small numbers: "x = 0", "x = y".
std::vector<std::string> kinks_of(const hindsight::Op& op, const hindsight::Attributes& attributes,
                                  const std::vector<std::string>& inputs);

/// Between which numbers an elementwise operation of one input has a value, by trying: "x >= 0", "-1 <= x <=
/// 1". Empty where it has one everywhere, and for any other operation.
std::string domain_of(const hindsight::Op& op, const hindsight::Sample& sample);
