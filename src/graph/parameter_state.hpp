#pragma once
#include "graph/node.hpp"

namespace hindsight {

struct Parameter::State {
  std::string name;
  TensorType type;
  bool requires_grad = true;
  /// The leaf of the present value; undefined until the first value is drawn.
  Tensor value;
  std::function<Array()> initial;
  std::uint64_t version = 0;
  Tensor grad;
  /// A compiled step updated the value without ever storing its gradient.
  bool grad_was_fused_away = false;
};

}  // namespace hindsight
