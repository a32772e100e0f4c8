#pragma once
#include <map>
#include <string>

#include <hindsight/explain.hpp>

using Point = std::map<std::string, double>;

/// The chain rule on an expression at a point.
inline hindsight::explain::Chain chain(const std::string& text, const Point& at) {
  return hindsight::explain::chain_rule(hindsight::explain::read_expression(text, at));
}
