#include "point.hpp"

#include <algorithm>

#include <fast_float/fast_float.h>

#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hs = hindsight;

std::map<std::string, double> point_of(const std::vector<std::string>& entries) {
  std::map<std::string, double> point;
  for (const std::string& entry : entries) {
    const std::size_t equals = entry.find('=');
    double value = 0;
    const char* first = entry.data() + std::min(entry.size(), equals + 1);
    const char* last = entry.data() + entry.size();
    if (equals == std::string::npos || equals == 0 || first == last ||
        fast_float::from_chars(first, last, value).ptr != last)
      hs::fail<hs::ValueError>("--at takes NAME=NUMBER, as x=2 or x=2,y=0.5, and got \"{}\"", entry);
    if (!point.emplace(entry.substr(0, equals), value).second)
      hs::fail<hs::ValueError>("--at gives {} twice", entry.substr(0, equals));
  }
  return point;
}

void require_used(const std::map<std::string, double>& point, const hs::explain::Expression& expression) {
  for (const auto& given : point)
    if (std::none_of(expression.variables.begin(), expression.variables.end(),
                     [&](const auto& variable) { return variable.first == given.first; }))
      hs::fail<hs::ValueError>("--at gives {}, which does not occur in \"{}\"", given.first, expression.text);
}
