#pragma once
#include <vector>

#include "plan/batch.hpp"

namespace hindsight {

/// The work that does not depend on single samples, in the order in which it is done. Updates of all
/// parameters are alike, so their nodes are gathered into rows: node k of every parameter's update, side by
/// side in one buffer, is one loop.
struct Updates {
  struct Row {
    std::vector<std::size_t> nodes;  // one for each parameter, or a single node
  };
  std::vector<Row> rows;            // operands before what uses them
  std::vector<std::size_t> row_of;  // by node; Graph::none for nodes of samples

  /// `elsewhere`: nodes that something else computes, which stay by themselves.
  static Updates of(const Recording& recording, const Batch& batch, const std::vector<bool>& elsewhere);
};

}  // namespace hindsight
