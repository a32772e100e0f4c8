#include "readers/check/diagnosis.hpp"

#include <algorithm>

#include <hindsight/graph.hpp>
#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "readers/check/culprits.hpp"
#include "readers/check/opcheck/cause.hpp"
#include "readers/check/opcheck/subject.hpp"

namespace hindsight {
namespace {

std::string not_a_function(const TensorsFunction& function, const std::vector<Tensor>& inputs) {
  const double first = function(inputs).item(), second = function(inputs).item();
  if (first == second) return "";
  return formatted(
      "the function gives {:.10g} and then {:.10g} for the same inputs, so no difference can be compared "
      "with: "
      "does it draw random numbers (dropout in training mode: call eval()), or change what it reads?",
      first, second);
}

std::string in_float32(const Tensor& output) {
  const Graph graph = Graph::differentiable(output);
  for (std::size_t i = 0; i < graph.size(); ++i)
    if (graph[i].dtype() == float32)
      return formatted(
          "the function computes in float32 (from {} on), which has too few digits for differences: convert "
          "with .to(hs::float64)",
          graph[i].is_leaf() ? "a leaf" : graph[i].op().name);
  return "";
}

/// Lengths that a mean may have forgotten: those of the axes of all that the loss was made from.
std::vector<std::pair<std::int64_t, std::string>> lengths_of(const Graph& graph) {
  std::vector<std::pair<std::int64_t, std::string>> lengths;
  const auto add = [&](std::int64_t length, const std::string& what) {
    if (length > 1 && std::none_of(lengths.begin(), lengths.end(),
                                   [length](const auto& known) { return known.first == length; }))
      lengths.emplace_back(length, what);
  };
  for (std::size_t i = graph.size(); i-- > 0;) {
    if (graph[i].is_leaf()) continue;
    const Shape& shape = graph[i].shape();
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
      add(shape[axis], formatted("the length of axis {} of {} {}", axis, graph[i].op().name, shape.str()));
    add(shape.elements(), formatted("the number of elements of {} {}", graph[i].op().name, shape.str()));
  }
  return lengths;
}

/// What was compared of one input, as evidence; false when nothing of it is wrong.
bool gather(const std::vector<GradcheckEntry>& entries, const std::string& name, const Tensor& input,
            proof::Evidence& e) {
  const auto count = static_cast<std::size_t>(input.elements());
  e.stated.resize(count), e.measured.resize(count), e.compared.resize(count, false);
  e.contributions.resize(count);
  bool wrong = false;
  for (const GradcheckEntry& entry : entries) {
    if (entry.name != name) continue;
    const auto at = static_cast<std::size_t>(entry.element);
    e.stated[at] = entry.backprop, e.measured[at] = entry.numerical;
    e.contributions[at] = {entry.numerical};
    e.compared[at] = entry.verdict == Verdict::equal || entry.verdict == Verdict::wrong;
    wrong |= entry.verdict == Verdict::wrong;
  }
  e.input = input.shape();
  e.cotangent = {1};
  e.x = proof::numbers(input);
  return wrong;
}

std::vector<std::string> by_pattern(const Graph& graph, const std::vector<Tensor>& inputs,
                                    const std::vector<GradcheckEntry>& entries) {
  std::vector<std::string> causes;
  std::vector<std::string> names;
  for (const GradcheckEntry& entry : entries)
    if (names.empty() || names.back() != entry.name) names.push_back(entry.name);
  const auto lengths = lengths_of(graph);
  for (const std::string& name : names) {
    proof::Evidence e;
    e.lengths = lengths;
    const auto of_name = std::find_if(entries.begin(), entries.end(),
                                      [&](const GradcheckEntry& entry) { return entry.name == name; });
    const Tensor& input = inputs[of_name->input];
    if (!gather(entries, name, input, e)) continue;
    if (const std::string cause = proof::probable_cause(e); !cause.empty())
      causes.push_back(formatted("the gradient of {}: {}", name, cause));
  }
  return causes;
}

}  // namespace

std::vector<std::string> diagnose(const TensorsFunction& function, const std::vector<Tensor>& inputs,
                                  const std::vector<GradcheckEntry>& entries) {
  if (std::string cause = not_a_function(function, inputs); !cause.empty()) return {cause};
  const Tensor output = function(inputs);
  const Graph graph = Graph::of(output);
  if (std::string cause = in_float32(output); !cause.empty()) return {cause};
  std::vector<std::string> causes = culprits(output);
  if (!causes.empty()) return causes;
  causes = by_pattern(graph, inputs, entries);
  causes.emplace_back(
      "each operation's own derivative is right at these numbers, so a path is cut off or changed: a "
      "detach(), "
      "a number that was computed outside of the graph (item()), NoGrad, or a hook");
  return causes;
}

}  // namespace hindsight
