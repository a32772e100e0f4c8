#include "readers/check/saturation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <hindsight/autodiff.hpp>
#include <hindsight/graph.hpp>
#include <hindsight/op.hpp>
#include <hindsight/ops.hpp>

#include "readers/check/regime_at.hpp"

namespace hindsight {

double flattest_slope(const Tensor& output) {
  const NoGrad no_grad;
  double flattest = std::numeric_limits<double>::infinity();
  const Graph graph = Graph::differentiable(output);
  for (const Tensor& node : graph.nodes()) {
    if (!node.op().regime || !node.op().has_derivative(0)) continue;
    const Array slopes = input_cotangent(node, ones(node.shape(), {.dtype = node.dtype()}), 0).array();
    for (std::int64_t element = 0; element < node.elements(); ++element)
      if (regime_at(node, element) == Regime::saturated)
        flattest = std::min(flattest, std::abs(slopes.at(element)));
  }
  return flattest;
}

}  // namespace hindsight
