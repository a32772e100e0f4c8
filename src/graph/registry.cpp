#include "graph/registry.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hindsight {
namespace {

struct Registered {
  std::mutex mutex;
  std::map<std::string_view, const Op*> by_name;
};
Registered& registered() {
  static Registered instance;
  return instance;
}

bool is_snake_case(std::string_view name) {
  const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto allowed = [&](char c) { return small(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && small(name[0]) && std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

std::vector<const Op*> operations() {
  const std::span<const Op* const> rooms = built_in_operations();
  std::vector<const Op*> all(rooms.begin(), rooms.end());
  const std::lock_guard lock(registered().mutex);
  for (const auto& [name, op] : registered().by_name) all.push_back(op);
  return all;
}

const Op* find_operation(std::string_view name) {
  for (const Op* op : built_in_operations())
    if (op->name == name) return op;
  const std::lock_guard lock(registered().mutex);
  const auto found = registered().by_name.find(name);
  return found == registered().by_name.end() ? nullptr : found->second;
}

std::string_view name(Regime regime) {
  static constexpr std::string_view names[] = {"active", "inactive", "reversed", "saturated", "kink"};
  return names[static_cast<std::size_t>(regime)];
}

void register_operation(const Op& op) {
  const auto require = [&](bool there, const char* fact) {
    if (!there) fail<ValueError>("operation \"{}\" cannot be registered: it lacks its {}", op.name, fact);
  };
  require(!op.name.empty(), "name");
  if (!is_snake_case(op.name))
    fail<ValueError>(
        "operation \"{}\" cannot be registered: a name has small letters, digits and underscores, and begins "
        "with a letter, as \"my_sigmoid\" does",
        op.name);
  require(op.rule != nullptr, "shape and dtype rule");
  require(op.forward != nullptr || op.view != nullptr, "forward");
  require(!op.text.empty() && !op.latex.empty(), "formula (text and latex)");
  if (find_operation(op.name))
    fail<ValueError>("there is an operation \"{}\" already: choose another name", op.name);
  const std::lock_guard lock(registered().mutex);
  registered().by_name.emplace(op.name, &op);
}

}  // namespace hindsight
