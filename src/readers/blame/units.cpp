#include "readers/blame/units.hpp"

#include <set>
#include <string>

namespace hindsight::blame {
namespace {

/// Modules by where their operations stand, and what flows between them.
class Modules {
 public:
  Modules(const Graph& graph, std::size_t features) : graph_(graph), with_data_(graph.size()) {
    with_data_[features] = true;
    for (const Tensor& node : graph.nodes()) paths_.push_back(node.module_path());
    users_.resize(graph.size());
    for (std::size_t i = 0; i < graph.size(); ++i)
      for (const std::size_t input : graph.inputs(i)) {
        users_[input].push_back(i);
        if (with_data_[input]) with_data_[i] = true;
      }
    for (std::size_t i = 0; i < graph.size(); ++i)
      for (const std::size_t input : graph.inputs(i))
        if (!with_data_[input] && graph[input].requires_grad()) with_weights_.insert(paths_[i]);
    mark_before_weights();
  }

  bool is_unit(std::size_t node) const {
    if (!with_data_[node] || paths_[node].empty() || !weights_follow_[node]) return false;
    bool leaves = false, only_to_functions = true;
    for (const std::size_t user : users_[node]) {
      if (paths_[user] == paths_[node]) continue;
      leaves = true;
      only_to_functions = only_to_functions && !paths_[user].empty() && !with_weights_.count(paths_[user]);
    }
    return leaves && !only_to_functions;
  }

 private:
  /// Whether an element meets weights of another module further on.
  void mark_before_weights() {
    weights_follow_.assign(graph_.size(), false);
    for (std::size_t i = graph_.size(); i-- > 0;)
      for (const std::size_t user : users_[i])
        if (weights_follow_[user] || (paths_[user] != paths_[i] && with_weights_.count(paths_[user])))
          weights_follow_[i] = true;
  }

  const Graph& graph_;
  std::vector<bool> with_data_, weights_follow_;
  std::vector<std::string> paths_;
  std::vector<std::vector<std::size_t>> users_;
  std::set<std::string> with_weights_;
};

}  // namespace

std::vector<std::size_t> unit_nodes(const Graph& graph, std::size_t features) {
  const Modules modules(graph, features);
  std::vector<std::size_t> nodes;
  for (std::size_t i = 0; i < graph.size(); ++i)
    if (i != features && graph[i].requires_grad() && modules.is_unit(i)) nodes.push_back(i);
  return nodes;
}

}  // namespace hindsight::blame
