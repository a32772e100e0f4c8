#pragma once
#include <set>
#include <string>
#include <vector>

#include <hindsight/graph.hpp>

#include "readers/explain/written.hpp"

namespace hindsight::explain {

/// Short names for the nodes of a loss, by how modules follow each other: W1 and b1 are the weights of the
/// first module that has any, z1 what it hands on, and a1 what the module behind it makes of that. Data keep
/// their own names, the loss is L. Within modules, nodes that are used several times and parts of long
/// formulas are v1, v2, …
class Letters {
 public:
  explicit Letters(const Graph& graph);

  const Names& names() const { return names_; }
  bool has(std::size_t i) const { return names_.count(graph_[i].id()) > 0; }
  /// The nodes that use node i, in their order.
  const std::vector<std::size_t>& users(std::size_t i) const { return users_[i]; }
  /// A name that nobody has.
  std::string unique(std::string name);

 private:
  void number_modules();
  void name_leaf(std::size_t i);
  void name_computed(std::size_t i);
  bool is_handed_on(std::size_t i) const;
  void keep_short(std::size_t i);
  void give(std::size_t i, const std::string& name) { names_[graph_[i].id()] = unique(name); }

  const Graph& graph_;
  bool has_modules_ = false;
  std::vector<std::vector<std::size_t>> users_;
  std::vector<std::string> modules_;
  std::map<std::string, int> number_;  // of modules with weights
  std::vector<std::size_t> length_;    // of the formula of a node, in operations
  int layers_ = 0, parts_ = 0, constants_ = 0;
  Names names_;
  std::set<std::string> taken_;
};

}  // namespace hindsight::explain
