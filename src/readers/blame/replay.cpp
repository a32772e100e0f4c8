#include "readers/blame/replay.hpp"

#include <hindsight/autodiff.hpp>
#include <hindsight/op.hpp>

namespace hindsight::blame {

std::vector<Tensor> replayed(const Graph& graph, const std::map<std::size_t, Tensor>& replaced) {
  const NoGrad no_grad;
  std::vector<Tensor> values = graph.nodes();
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (const auto found = replaced.find(i); found != replaced.end()) {
      values[i] = found->second;
      continue;
    }
    bool moved = false;
    Inputs inputs;
    for (const std::size_t input : graph.inputs(i)) {
      inputs.push_back(values[input]);
      moved = moved || !values[input].is(graph[input]);
    }
    if (moved) values[i] = apply(graph[i].op(), std::move(inputs), graph[i].attributes());
  }
  return values;
}

}  // namespace hindsight::blame
