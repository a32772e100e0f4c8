#pragma once
#include <vector>

#include <hindsight/graph.hpp>

namespace hindsight::blame {

/// The nodes whose elements are hidden units: what a module hands on, when weights follow. Where the module
/// behind it has no weights of its own (an activation), that one's result stands for both.
std::vector<std::size_t> unit_nodes(const Graph& graph, std::size_t features);

}  // namespace hindsight::blame
