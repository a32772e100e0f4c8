#pragma once
#include <string>

#include <hindsight/explain.hpp>

namespace hindsight::explain {

/// Ten digits; "nan" without a sign, which would mean nothing and differs from machine to machine.
std::string number(double value);
/// "du1/dx"; "du1/d(2nd x)" where a node is made of one thing several times.
std::string ratio(const Chain& chain, std::size_t node, std::size_t link);
/// The derivative beside its value, if that says more: "2 * u2 = 14".
std::string derivative_and_value(const Link& link);
/// "the other 54: 0.25", of paths that are not listed.
std::string other_paths(const Derivative& derivative);
/// How wide the values of all nodes are.
std::size_t widest_value(const Chain& chain);

}  // namespace hindsight::explain
