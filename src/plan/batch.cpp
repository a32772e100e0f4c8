#include "plan/batch.hpp"

#include <algorithm>

#include <hindsight/op.hpp>

#include "base/format.hpp"

namespace hindsight {
namespace {

using Place = Batch::Place;

/// The place of one computed node, from those of its inputs; none when it mixes samples.
class Rules {
 public:
  Rules(const Recording& recording, const Batch& batch) : graph_(recording.graph), batch_(batch) {}

  std::optional<Place> of(std::size_t i) const {
    const Tensor& node = graph_[i];
    const auto inputs = graph_.inputs(i);
    bool all_whole = true, any_transposed = false;
    for (const std::size_t input : inputs) {
      all_whole &= batch_.place[input] == Place::whole;
      any_transposed |= batch_.place[input] == Place::transposed;
    }
    if (all_whole) return Place::whole;
    const std::string_view name = node.op().name;
    if (name == "matmul" || name == "matmul_transposed") return product(inputs);
    if (any_transposed) return {};
    if (node.op().elementwise) return elementwise(inputs);
    if (name == "affine") return batch_.is_samples(inputs[0]) ? std::optional(Place::samples) : std::nullopt;
    if (name == "softmax_loss" || name == "softmax_residual" || name == "cast") return Place::samples;
    if (name == "permute" && node.dim() == 2) return Place::transposed;
    if (name == "sum") return sum(node);
    if (is_view(node)) return same_samples(node);
    return {};
  }

 private:
  std::optional<Place> product(std::span<const std::size_t> inputs) const {
    const Place a = batch_.place[inputs[0]], b = batch_.place[inputs[1]];
    if (a == Place::samples && b == Place::whole) return Place::samples;
    if (a == Place::transposed && b == Place::samples) return Place::whole;
    return {};
  }

  /// Operands that do not depend on the samples are the same for all of them, or have a row for each (masks).
  std::optional<Place> elementwise(std::span<const std::size_t> inputs) const {
    for (const std::size_t input : inputs)
      if (!batch_.is_samples(input) && !broadcasts(graph_[input]) && !same_samples(graph_[input])) return {};
    return Place::samples;
  }

  static bool broadcasts(const Tensor& node) {
    if (node.elements() == 1) return true;
    return node.op().name == "broadcast_to" &&
           (node.input(0).dim() < node.dim() || node.input(0).shape()[0] == 1);
  }

  std::optional<Place> sum(const Tensor& node) const {
    const Shape& axes = node.attributes().get<Shape>("axes");
    const bool keeps_samples = axes == Shape{1};
    return keeps_samples ? Place::samples : Place::whole;
  }

  std::optional<Place> same_samples(const Tensor& node) const {
    // [B] broadcasts along its last axis: to [B, B] it would not keep a row a sample.
    const bool keeps_axes = node.op().name != "broadcast_to" || node.input(0).dim() == node.dim();
    const bool fits = keeps_axes && node.dim() >= 1 && node.dim() <= 2 && node.shape()[0] == batch_.size;
    return fits ? std::optional(Place::samples) : std::nullopt;
  }

  const Graph& graph_;
  const Batch& batch_;
};

}  // namespace

bool is_view(const Tensor& node) { return node.op().name == "broadcast_to" || node.op().name == "reshape"; }

std::int64_t features(const Tensor& node) { return node.dim() == 2 ? node.shape()[1] : 1; }

bool Batch::adds_samples(const Recording& recording, std::size_t node) const {
  if (place[node] != Place::whole) return false;
  const auto inputs = recording.graph.inputs(node);
  return std::any_of(inputs.begin(), inputs.end(),
                     [this](std::size_t input) { return place[input] != Place::whole; });
}

DType Batch::dtype(const Recording& recording) const {
  for (std::size_t i = 0; i < recording.graph.size(); ++i)
    if (is_samples(i) && is_floating(recording.graph[i].dtype())) return recording.graph[i].dtype();
  return float32;
}

std::optional<Batch> Batch::of(const Recording& recording, std::string& reason) {
  const Graph& graph = recording.graph;
  Batch batch;
  batch.place.resize(graph.size(), Place::whole);
  const Rules rules(recording, batch);
  std::vector<bool> sums(graph.size(), false);  // what is known only when all samples are done
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const Tensor& node = graph[i];
    if (recording.sources[i]) {
      if (recording.sources[i]->kind != Recording::Source::Kind::input) continue;
      const bool fits =
          node.dim() >= 1 && node.dim() <= 2 && (batch.size == 0 || node.shape()[0] == batch.size);
      if (!fits) {
        reason = formatted("input {} of shape {} has not one row a sample", recording.sources[i]->which,
                           node.shape().str());
        return {};
      }
      batch.size = node.shape()[0];
      batch.place[i] = Place::samples;
      continue;
    }
    const auto place = rules.of(i);
    bool needs_sum = false;
    for (const std::size_t input : graph.inputs(i)) {
      needs_sum |= sums[input];
      sums[i] = sums[i] || sums[input] || batch.place[input] != Place::whole;
    }
    if (place && *place == Place::samples && needs_sum) {
      reason = formatted("{} {} needs a sum over all samples before they are done", node.op().name,
                         node.shape().str());
      return {};
    }
    sums[i] = sums[i] && place == Place::whole;
    if (!place) {
      reason = formatted("{} {} mixes samples", node.op().name, node.shape().str());
      return {};
    }
    batch.place[i] = *place;
  }
  for (const std::size_t output : recording.outputs)
    if (batch.place[output] == Place::transposed) {
      reason = formatted("output {} is a transpose of samples", graph[output].shape().str());
      return {};
    }
  if (batch.size == 0) reason = "no input has samples";
  return batch.size ? std::optional(batch) : std::nullopt;
}

}  // namespace hindsight
