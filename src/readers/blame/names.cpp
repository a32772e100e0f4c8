#include "readers/blame/names.hpp"

#include <map>

#include <hindsight/op.hpp>

#include "base/format.hpp"

namespace hindsight::blame {
namespace {

std::string name_of(const Tensor& node) {
  if (node.is_leaf()) return node.name().empty() ? (node.dim() ? "constant" : "number") : node.name();
  const std::string module = node.module_path();
  return module.empty() ? std::string(node.op().name) : formatted("{}.{}", module, node.op().name);
}

}  // namespace

std::vector<std::string> names_of(const Graph& graph) {
  std::map<std::string, int> taken;
  std::vector<std::string> names;
  for (const Tensor& node : graph.nodes()) {
    const bool is_result = node.is(graph.nodes().back()) && !node.is_leaf();
    const std::string name = is_result ? "loss" : name_of(node);
    const int times = ++taken[name];
    names.push_back(times == 1 ? name : formatted("{}_{}", name, times));
  }
  return names;
}

}  // namespace hindsight::blame
