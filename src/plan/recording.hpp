#pragma once
#include <optional>
#include <string>
#include <vector>

#include <hindsight/graph.hpp>
#include <hindsight/plan.hpp>

#include "graph/capture.hpp"

namespace hindsight {

/// One capture of a step: its graph, and what each leaf and each result of the graph stands for.
struct Recording {
  struct Source {
    enum class Kind : std::uint8_t { input, scalar, parameter, constant } kind;
    std::size_t which = 0;  // the input, the scalar
    Parameter parameter = {};
  };

  Graph graph;
  /// For each leaf of the graph, by node; empty for computed nodes.
  std::vector<std::optional<Source>> sources;
  std::vector<std::size_t> outputs;
  std::vector<std::pair<Parameter, std::size_t>> assignments;
  std::vector<std::pair<Parameter, std::size_t>> gradients;
  std::vector<Capture::ScalarInput> scalars;
  /// Training flags that the step asked for: it holds as long as they are what they were.
  std::vector<Capture::Condition> conditions;

  /// Runs `step` on placeholders of the given types.
  static Recording of(const Plan::Step& step, std::span<const TensorType> inputs);

  /// The leaf that stands for a parameter; Graph::none when the step does not read it.
  std::size_t leaf_of(const Parameter& parameter) const;
  /// What a leaf holds in a run with these inputs.
  Array leaf_value(std::size_t leaf, std::span<const Tensor* const> inputs) const;

  /// The same step on a smaller graph: equal nodes are one, and the patterns of src/plan/patterns are
  /// applied.
  Recording rewritten() const;

  /// What differs from another recording of the same step, in words; empty when nothing does.
  std::string difference(const Recording& later) const;
};

}  // namespace hindsight
