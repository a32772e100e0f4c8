#pragma once
#include <map>
#include <vector>

#include <hindsight/graph.hpp>

namespace hindsight::blame {

/// The values of all nodes when some are replaced: every operation behind them runs again, the others keep
/// their values.
std::vector<Tensor> replayed(const Graph& graph, const std::map<std::size_t, Tensor>& replaced);

}  // namespace hindsight::blame
