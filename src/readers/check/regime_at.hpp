#pragma once
#include <hindsight/op.hpp>

namespace hindsight {

/// The regime of one element of a node whose operation states its regimes.
inline Regime regime_at(const Tensor& node, std::int64_t element) {
  InlineVector<double, 3> inputs;
  for (const Tensor& input : node.inputs()) inputs.push_back(input.array().at(element));
  return node.op().regime(inputs, node.attributes());
}

}  // namespace hindsight
