#include "readers/explain/letters.hpp"

#include <algorithm>
#include <cctype>

#include <hindsight/op.hpp>

#include "base/format.hpp"

namespace hindsight::explain {
namespace {

constexpr std::size_t longest = 8;  // operations in one formula

bool is_word(const std::string& name) {
  return !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; });
}

/// W of "0.weight", b of "0.bias", and any other by its own name.
std::string letter(const std::string& parameter) {
  const std::string last = parameter.substr(parameter.rfind('.') + 1);
  return last == "weight" ? "W" : last == "bias" ? "b" : is_word(last) ? last : "p";
}

/// Broadcasts and transposes do not make a formula longer.
bool is_silent(const Tensor& node) { return node.op().text == "{0}" || node.op().text == "{0}^T"; }

}  // namespace

Letters::Letters(const Graph& graph)
    : graph_(graph), users_(graph.size()), modules_(graph.size()), length_(graph.size(), 0) {
  for (std::size_t i = 0; i < graph.size(); ++i) {
    modules_[i] = graph[i].module_path();
    has_modules_ = has_modules_ || !modules_[i].empty();
    for (const std::size_t input : graph.inputs(i)) users_[input].push_back(i);
  }
  number_modules();
  taken_ = {"L", "G", "T", "e", "pi"};
  for (std::size_t i = 0; i < graph.size(); ++i)
    if (graph[i].is_leaf()) name_leaf(i);
  layers_ = 0;
  for (std::size_t i = 0; i + 1 < graph.size(); ++i)
    if (!graph[i].is_leaf()) name_computed(i);
  keep_short(graph.size() - 1);
  names_[graph.nodes().back().id()] = "L";
}

std::string Letters::unique(std::string name) {
  const std::string wanted = name;
  for (int k = 2; !taken_.insert(name).second; ++k) name = formatted("{}_{}", wanted, k);
  return name;
}

void Letters::number_modules() {
  for (std::size_t i = 0; i < graph_.size(); ++i)
    for (const std::size_t input : graph_.inputs(i))
      if (graph_[input].is_leaf() && graph_[input].requires_grad() && !modules_[i].empty())
        if (number_.emplace(modules_[i], layers_ + 1).second) ++layers_;
}

void Letters::name_leaf(std::size_t i) {
  const Tensor& leaf = graph_[i];
  if (leaf.requires_grad()) {
    const auto number = users_[i].empty() ? number_.end() : number_.find(modules_[users_[i][0]]);
    if (number != number_.end())
      give(i, formatted("{}{}", letter(leaf.name()), number->second));
    else
      give(i, is_word(leaf.name()) ? leaf.name() : letter(leaf.name()));
  } else if (is_word(leaf.name())) {
    give(i, leaf.name());
  } else if (!is_uniform(leaf.array())) {
    give(i, formatted("c{}", ++constants_));
  }
}

/// Where a value leaves its module. Without modules: what goes into a function of one number and what comes
/// out of it.
bool Letters::is_handed_on(std::size_t i) const {
  const auto is_function = [&](std::size_t k) {
    return graph_[k].op().elementwise && graph_[k].op().arity == 1 && graph_[k].op().has_partial(0);
  };
  if (!has_modules_) return is_function(i) || std::any_of(users_[i].begin(), users_[i].end(), is_function);
  return !modules_[i].empty() && std::any_of(users_[i].begin(), users_[i].end(),
                                             [&](std::size_t user) { return modules_[user] != modules_[i]; });
}

void Letters::name_computed(std::size_t i) {
  if (!graph_[i].requires_grad()) return keep_short(i);
  if (is_handed_on(i)) {
    const auto number = number_.find(modules_[i]);
    const bool has_weights = number != number_.end();
    const bool applies = !has_modules_ && graph_[i].op().elementwise && graph_[i].op().arity == 1;
    if (has_weights) layers_ = number->second;
    if (!has_modules_ && !applies) ++layers_;
    keep_short(i);
    give(i, formatted("{}{}", has_weights || (!has_modules_ && !applies) ? "z" : "a", layers_));
  } else if (users_[i].size() > 1 && !is_silent(graph_[i])) {
    keep_short(i);
    give(i, formatted("v{}", ++parts_));
  } else {
    keep_short(i);
  }
}

/// Counts the operations of the formula; too many, and the longest part gets a name.
void Letters::keep_short(std::size_t i) {
  for (;;) {
    std::size_t most = i, length = is_silent(graph_[i]) ? 0 : 1;
    for (const std::size_t input : graph_.inputs(i)) {
      if (has(input)) continue;
      length += length_[input];
      if (graph_[input].requires_grad() && length_[input] > (most == i ? 1 : length_[most])) most = input;
    }
    length_[i] = length;
    if (length <= longest || most == i) return;
    give(most, formatted("v{}", ++parts_));
  }
}

}  // namespace hindsight::explain
