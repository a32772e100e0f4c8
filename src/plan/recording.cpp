#include "plan/recording.hpp"

#include <algorithm>

#include <hindsight/autodiff.hpp>
#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "graph/node.hpp"
#include "plan/patterns/patterns.hpp"

namespace hindsight {
namespace {

std::string place(const Tensor& node) {
  const std::string path = node.module_path();
  return formatted("{} {}{}", node.op().name, node.shape().str(),
                   path.empty() ? "" : " in module \"" + path + "\"");
}

/// Two values as they are, or of larger ones the first element that differs.
std::string changed(const std::string& where, const Array& before, const Array& now) {
  constexpr std::int64_t most_shown = 4;
  if (before.type() != now.type() || before.elements() <= most_shown)
    return formatted("a constant of {} was {} and is now {}", where, before.str(), now.str());
  std::int64_t i = 0;
  while (i + 1 < before.elements() && before.at(i) == now.at(i)) ++i;
  return formatted("a constant of {}, {} {}, was {} and is now {} at its element {}", where,
                   name(before.dtype()), before.shape().str(), before.at(i), now.at(i), i);
}

Recording::Source source_of(const Tensor& leaf, std::span<const Tensor> inputs,
                            std::span<const Capture::ScalarInput> scalars) {
  using Kind = Recording::Source::Kind;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].is(leaf)) return {Kind::input, i};
  for (std::size_t i = 0; i < scalars.size(); ++i)
    if (scalars[i].placeholder.is(leaf)) return {Kind::scalar, i};
  const auto& facts = Node::of(leaf).leaf;
  if (const auto home = facts ? facts->parameter.lock() : nullptr)
    return {Kind::parameter, 0, Parameter::of(home)};
  return {Kind::constant};
}

}  // namespace

Recording Recording::of(const Plan::Step& step, std::span<const TensorType> inputs) {
  Capture capture;
  std::vector<Tensor> placeholders;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    placeholders.push_back(capture.placeholder(inputs[i], formatted("input {}", i)));
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
  recording.conditions = capture.conditions();
  recording.sources.resize(graph.size());
  for (std::size_t i = 0; i < graph.size(); ++i)
    if (graph[i].is_leaf()) recording.sources[i] = source_of(graph[i], placeholders, recording.scalars);
  for (const Tensor& output : outputs) recording.outputs.push_back(graph.index_of(output));
  for (const auto& assignment : capture.assignments())
    recording.assignments.emplace_back(assignment.parameter, graph.index_of(assignment.after));
  for (const auto& gradient : capture.gradients())
    if (gradient.after.defined())
      recording.gradients.emplace_back(gradient.parameter, graph.index_of(gradient.after));
  return recording;
}

std::size_t Recording::leaf_of(const Parameter& parameter) const {
  for (std::size_t i = 0; i < sources.size(); ++i)
    if (sources[i] && sources[i]->parameter.is(parameter)) return i;
  return Graph::none;
}

Array Recording::leaf_value(std::size_t leaf, std::span<const Tensor* const> inputs) const {
  const Source& source = *sources[leaf];
  switch (source.kind) {
    case Source::Kind::input:
      return inputs[source.which]->array();
    case Source::Kind::scalar:
      return Array::full({}, scalars[source.which].read(), graph[leaf].dtype());
    case Source::Kind::parameter:
      return source.parameter.value().array();
    default:
      return graph[leaf].array();
  }
}

Recording Recording::rewritten() const {
  const NoGrad no_grad;
  Rewriter rewriter(patterns::all());
  std::vector<Tensor> results;
  const auto add = [&](std::size_t node) { results.push_back(rewriter.rewritten(graph[node])); };
  for (const std::size_t node : outputs) add(node);
  for (const auto& [parameter, node] : assignments) add(node);
  for (const auto& [parameter, node] : gradients) add(node);

  Recording next;
  next.graph = Graph::of(results);
  next.scalars = scalars;
  next.sources.resize(next.graph.size());
  for (std::size_t i = 0; i < next.graph.size(); ++i)
    if (const Tensor& node = next.graph[i]; node.is_leaf()) {
      const std::size_t before = graph.index_of(node);
      next.sources[i] = before == Graph::none ? Source{Source::Kind::constant} : sources[before];
    }
  std::size_t k = 0;
  const auto index = [&] { return next.graph.index_of(results[k++]); };
  for (std::size_t i = 0; i < outputs.size(); ++i) next.outputs.push_back(index());
  for (const auto& [parameter, node] : assignments) next.assignments.emplace_back(parameter, index());
  for (const auto& [parameter, node] : gradients) next.gradients.emplace_back(parameter, index());
  return next;
}

namespace {

/// Two recordings of one step, walked side by side. Computed nodes come in the order in which the step ran;
/// leaves may be older or younger, so they are matched where they are used.
class Comparison {
 public:
  Comparison(const Recording& before, const Recording& now)
      : before_(before), now_(now), match_(before.graph.size(), Graph::none) {}

  std::string difference() {
    const std::vector<std::size_t> old_nodes = computed(before_), new_nodes = computed(now_);
    for (std::size_t k = 0; k < std::min(old_nodes.size(), new_nodes.size()); ++k)
      if (std::string found = at_node(old_nodes[k], new_nodes[k], k); !found.empty()) return found;
    if (old_nodes.size() != new_nodes.size())
      return formatted("the step had {} operations and now has {}", old_nodes.size(), new_nodes.size());
    return results();
  }

 private:
  static std::vector<std::size_t> computed(const Recording& recording) {
    std::vector<std::size_t> nodes;
    for (std::size_t i = 0; i < recording.graph.size(); ++i)
      if (!recording.sources[i]) nodes.push_back(i);
    return nodes;
  }

  std::string at_node(std::size_t i, std::size_t j, std::size_t step) {
    const Tensor &a = before_.graph[i], &b = now_.graph[j];
    if (&a.op() != &b.op() || a.array().type() != b.array().type())
      return formatted("operation {} was {} and is now {}", step, place(a), place(b));
    if (a.attributes() != b.attributes())
      return formatted("{} was told {} and is now told {}", place(a), a.attributes().str(),
                       b.attributes().str());
    const auto ours = before_.graph.inputs(i), theirs = now_.graph.inputs(j);
    for (std::size_t k = 0; k < std::min(ours.size(), theirs.size()); ++k)
      if (std::string found = at_input(ours[k], theirs[k], a); !found.empty()) return found;
    match_[i] = j;
    return ours.size() == theirs.size() ? ""
                                        : formatted("{} takes more or fewer inputs than before", place(a));
  }

  std::string at_input(std::size_t i, std::size_t j, const Tensor& user) {
    if (before_.sources[i] && now_.sources[j] && match_[i] == Graph::none) return at_leaf(i, j, user);
    return match_[i] == j ? "" : formatted("{} takes other inputs than before", place(user));
  }

  std::string at_leaf(std::size_t i, std::size_t j, const Tensor& user) {
    using Kind = Recording::Source::Kind;
    const Recording::Source &a = *before_.sources[i], &b = *now_.sources[j];
    if (a.kind != b.kind || a.which != b.which || !a.parameter.is(b.parameter))
      return formatted("{} takes other inputs than before", place(user));
    const Array &old_value = before_.graph[i].array(), &new_value = now_.graph[j].array();
    if (a.kind == Kind::constant && !old_value.identical(new_value))
      return changed(place(user), old_value, new_value);
    match_[i] = j;
    return "";
  }

  std::string results() const {
    bool same = before_.outputs.size() == now_.outputs.size() &&
                before_.assignments.size() == now_.assignments.size();
    for (std::size_t k = 0; same && k < before_.outputs.size(); ++k)
      same = match_[before_.outputs[k]] == now_.outputs[k];
    for (std::size_t k = 0; same && k < before_.assignments.size(); ++k)
      same = before_.assignments[k].first.is(now_.assignments[k].first) &&
             match_[before_.assignments[k].second] == now_.assignments[k].second;
    return same ? "" : "it returns or assigns other values than before";
  }

  const Recording &before_, &now_;
  std::vector<std::size_t> match_;  // by node before: the same node now
};

}  // namespace

std::string Recording::difference(const Recording& later) const {
  return Comparison(*this, later).difference();
}

}  // namespace hindsight
