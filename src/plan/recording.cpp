#include "plan/recording.hpp"

#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "graph/node.hpp"

namespace hindsight {
namespace {

std::string place(const Tensor& node) {
  const std::string path = node.module_path();
  return fmt::format("{} {}{}", node.op().name, node.shape().str(), path.empty() ? "" : " in module \"" + path + "\"");
}

Recording::Source source_of(const Tensor& leaf, std::span<const Tensor> inputs,
                            std::span<const Capture::ScalarInput> scalars) {
  using Kind = Recording::Source::Kind;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].is(leaf)) return {Kind::input, i};
  for (std::size_t i = 0; i < scalars.size(); ++i)
    if (scalars[i].placeholder.is(leaf)) return {Kind::scalar, i};
  const auto& facts = Node::of(leaf).leaf;
  if (const auto home = facts ? facts->parameter.lock() : nullptr) return {Kind::parameter, 0, Parameter::of(home)};
  return {Kind::constant};
}

}  // namespace

Recording Recording::of(const Plan::Step& step, std::span<const TensorType> inputs) {
  Capture capture;
  std::vector<Tensor> placeholders;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    placeholders.push_back(capture.placeholder(inputs[i], fmt::format("input {}", i)));
  const std::vector<Tensor> outputs = step(placeholders);
  capture.finish();

  std::vector<Tensor> results = outputs;
  for (const auto& assignment : capture.assignments()) results.push_back(assignment.after);
  for (const auto& gradient : capture.gradients())
    if (gradient.after.defined()) results.push_back(gradient.after);

  Recording recording;
  recording.graph = Graph::of(results);
  const Graph& graph = recording.graph;
  recording.scalars = capture.scalars();
  recording.sources.resize(graph.size());
  for (std::size_t i = 0; i < graph.size(); ++i)
    if (graph[i].is_leaf()) recording.sources[i] = source_of(graph[i], placeholders, recording.scalars);
  for (const Tensor& output : outputs) recording.outputs.push_back(graph.index_of(output));
  for (const auto& assignment : capture.assignments())
    recording.assignments.emplace_back(assignment.parameter, graph.index_of(assignment.after));
  for (const auto& gradient : capture.gradients())
    if (gradient.after.defined()) recording.gradients.emplace_back(gradient.parameter, graph.index_of(gradient.after));
  return recording;
}

std::string Recording::difference(const Recording& later) const {
  const Graph& other = later.graph;
  for (std::size_t i = 0; i < std::min(graph.size(), other.size()); ++i) {
    const Tensor &a = graph[i], &b = other[i];
    if (&a.op() != &b.op() || a.array().type() != b.array().type())
      return fmt::format("step {} was {} and is now {}", i, place(a), place(b));
    if (a.attributes() != b.attributes())
      return fmt::format("{} was told {} and is now told {}", place(a), a.attributes().str(), b.attributes().str());
    const auto ours = graph.inputs(i), theirs = other.inputs(i);
    if (!std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end()))
      return fmt::format("{} takes other inputs than before", place(a));
    if (!sources[i]) continue;
    if (sources[i]->kind != later.sources[i]->kind || sources[i]->which != later.sources[i]->which ||
        !sources[i]->parameter.is(later.sources[i]->parameter))
      return fmt::format("leaf {} {} stands for something else than before", i, place(a));
    if (sources[i]->kind == Source::Kind::constant && !a.array().identical(b.array()))
      return fmt::format("the constant {} was {} and is now {}", place(a), a.str(), b.str());
  }
  if (graph.size() != other.size())
    return fmt::format("the step had {} nodes and now has {}", graph.size(), other.size());
  return outputs == later.outputs ? "" : "its outputs are other nodes than before";
}

}  // namespace hindsight
