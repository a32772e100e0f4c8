#include "plan/layout_cost.hpp"

#include <hindsight/op.hpp>

#include "kernels/target.hpp"

namespace hindsight {
namespace {

/// Beyond this width a layer's weights no longer sit in registers and cache beside the samples.
constexpr std::int64_t widest = 32;

// In units of one multiply-add of a vector, from timings of perceptrons of widths 8 to 32 with batches of 1
// to 1024 on AVX2 (docs/performance.md, "Two layouts").
constexpr double lane_product = 1.3;    // ends of short loops included
constexpr double lane_sum = 14;         // one weight gradient: its sum's store, reload and reduction
constexpr double panel_product = 1.25;  // ends of register blocks included
constexpr double panel_row = 150;       // what a row costs besides its products, most of it the loss

double in_vectors(std::int64_t numbers, std::size_t lanes) {
  const auto n = static_cast<std::int64_t>(lanes), vectors = (numbers + n - 1) / n;
  return static_cast<double>(vectors);
}

}  // namespace

bool is_cheaper_in_lanes(const Recording& recording, const Batch& batch) {
  const Graph& graph = recording.graph;
  const std::size_t lanes =
      kernels::panels<float>(kernels::target()).lanes / (batch.dtype(recording) == float64 ? 2 : 1);
  double in_lanes = 0, in_panels = panel_row * static_cast<double>(batch.size);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (batch.is_samples(i) && features(graph[i]) > widest) return false;
    const std::string_view op = graph[i].op().name;
    const bool leads_through = op == "affine" || op == "matmul_transposed" || op == "matmul";
    if (!leads_through || (!batch.is_samples(i) && !batch.adds_samples(recording, i))) continue;
    const bool is_gradient = !batch.is_samples(i);  // [O, K] as K × O panels
    const std::int64_t inner = is_gradient ? graph[i].shape()[1] : features(graph[i].input(0));
    const std::int64_t outer = is_gradient ? graph[i].shape()[0] : features(graph[i]);
    const auto weights = static_cast<double>(inner * outer);
    in_lanes += weights * (lane_product * in_vectors(batch.size, lanes) + (is_gradient ? lane_sum : 0));
    in_panels += panel_product * static_cast<double>(batch.size * inner) * in_vectors(outer, lanes);
  }
  return in_lanes <= in_panels;
}

}  // namespace hindsight
