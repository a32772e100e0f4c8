#include "readers/check/kinks.hpp"

#include <hindsight/graph.hpp>
#include <hindsight/op.hpp>

#include "readers/check/regime_at.hpp"

namespace hindsight {
namespace {

/// A saturated curve is still smooth: only the other borders bend.
Regime bending(Regime regime) { return regime == Regime::saturated ? Regime::active : regime; }

void append(const Tensor& below, const Tensor& above, std::vector<Kink>& kinks) {
  const std::int64_t rows = below.dim() ? below.size(0) : 1;
  const std::int64_t width = rows ? below.elements() / rows : 1;
  for (std::int64_t element = 0; element < below.elements(); ++element)
    if (bending(regime_at(below, element)) != bending(regime_at(above, element)))
      kinks.push_back({std::string(below.op().name), below.module_path(), element / width, element % width});
}

}  // namespace

std::vector<Kink> kinks_between(const Tensor& below, const Tensor& above) {
  const Graph a = Graph::differentiable(below), b = Graph::differentiable(above);
  std::vector<Kink> kinks;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (i >= b.size() || &a[i].op() != &b[i].op() || a[i].shape() != b[i].shape())
      return {{"another operation than " + std::string(a[i].op().name), a[i].module_path(), 0, 0}};
    if (a[i].op().regime) append(a[i], b[i], kinks);
  }
  return kinks;
}

}  // namespace hindsight
