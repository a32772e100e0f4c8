#pragma once
#include <string>

#include <hindsight/explain.hpp>

namespace hindsight::explain {

/// Ten digits; "nan" without a sign, which would mean nothing and differs from machine to machine.
std::string number(double value);
/// "2nd" of a link whose node is made of the same thing several times; else empty.
std::string ordinal(const Chain& chain, std::size_t node, std::size_t link);
/// "du1/dx"; "du1/d(2nd x)" where a node is made of one thing several times.
std::string ratio(const Chain& chain, std::size_t node, std::size_t link);
/// The derivative beside its value, if that says more: "2 * u2 = 14".
std::string derivative_and_value(const Link& link);
/// "the sum over 100 paths from f down to x, the largest 10 of them".
std::string paths_words(const Chain& chain, const Derivative& derivative);
/// "the other 90 paths: 0.25", of those that are not listed.
std::string other_paths(const Derivative& derivative);
/// How wide the values of all nodes are.
std::size_t widest_value(const Chain& chain);

}  // namespace hindsight::explain
