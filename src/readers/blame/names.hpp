#pragma once
#include <string>
#include <vector>

#include <hindsight/graph.hpp>

namespace hindsight::blame {

/// What each node is called: a leaf by its name, a result by module and operation ("1.relu"), the last node
/// "loss". A name that was taken gets a number: "add", "add_2".
std::vector<std::string> names_of(const Graph& graph);

}  // namespace hindsight::blame
