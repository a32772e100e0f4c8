#include "readers/explain/functions.hpp"

#include "base/nearest.hpp"

namespace hindsight::explain {

const Op* function_named(std::string_view name) {
  const Op* op = find_operation(name);
  return op && op->elementwise && op->is_differentiable() ? op : nullptr;
}

std::string function_meant(const std::string& name) {
  static constexpr std::pair<std::string_view, const char*> elsewhere[] = {
      {"ln", "log"},   {"arcsin", "asin"}, {"arccos", "acos"}, {"arctan", "atan"},
      {"sgn", "sign"}, {"max", "maximum"}, {"min", "minimum"},
  };
  for (const auto& [there, here] : elsewhere)
    if (name == there) return here;
  std::vector<std::string> names;
  for (const Op* op : operations())
    if (function_named(op->name)) names.emplace_back(op->name);
  return nearest(name, names);
}

}  // namespace hindsight::explain
