#include <algorithm>
#include <array>

#include "base/format.hpp"
#include "plan/loops.hpp"

// The updates of parameters: a loop for each row of equal operations (updates.hpp), in place where nothing
// reads the old value.
namespace hindsight {

/// Where an update may write over the value that it replaces: nothing that comes later reads that.
template <class T>
std::size_t Loops<T>::overwritten_row(std::size_t r) const {
  const auto& row = updates.rows[r].nodes;
  std::size_t over = Graph::none;
  for (std::size_t k = 0; k < row.size(); ++k) {
    std::size_t leaf = Graph::none;
    for (const auto& [parameter, node] : recording.assignments)
      if (node == row[k]) leaf = recording.leaf_of(parameter);
    if (leaf == Graph::none || recording.sources[row[k]]) return Graph::none;
    if (k > 0 && updates.row_of[leaf] != over) return Graph::none;
    over = updates.row_of[leaf];
    const auto& leaves = updates.rows[over].nodes;
    if (leaves.size() != row.size() || leaves[k] != leaf) return Graph::none;
  }
  // Rows run in order, so only those up to this one may read the old value; what a caller gets must not be
  // lost either.
  for (std::size_t later = r + 1; later < updates.rows.size(); ++later)
    for (const std::size_t node : updates.rows[later].nodes)
      for (const std::size_t input : graph().inputs(node))
        if (updates.row_of[input] == over) return Graph::none;
  for (const std::size_t output : recording.outputs)
    if (updates.row_of[output] == over) return Graph::none;
  return over;
}

template <class T>
bool Loops<T>::schedule_updates(std::string& reason) {
  for (const Updates::Row& row : updates.rows) {
    const std::size_t first = row.nodes[0];
    if (recording.sources[first] || interpreter.computes(first) || elsewhere[first] ||
        is_view(graph()[first]) || batch.adds_samples(recording, first))
      continue;
    if (schedule_row(row)) continue;
    reason = formatted("{} {} has no kernel for parameters", name(first), graph()[first].shape().str());
    return false;
  }
  return true;
}

/// One loop for all members: an operand is a row like this one, or one number for all.
template <class T>
bool Loops<T>::schedule_row(const Updates::Row& row) {
  const std::size_t first = row.nodes[0], last = row.nodes.back();
  const Tensor& node = graph()[first];
  const std::string members = row.nodes.size() > 1 ? formatted(" of {} parameters", row.nodes.size()) : "";
  const std::string text = formatted("{}{}: %{}", name(first), members, first);
  if (name(first) == "sum" && node.elements() == 1) {
    steps.push_back({text, [this, from = source(input(first, 0)), out = whole[first]] {
                       *out = static_cast<T>(sum(from));
                     }});
    return true;
  }
  const auto* kernel = kernels::find_elementwise<T>(target, name(first));
  if (!node.op().elementwise || !kernel || graph().inputs(first).size() > 3) return false;
  std::array<kernels::Argument<T>, 3> arguments{};
  const std::size_t count = static_cast<std::size_t>(whole[last] - whole[first]) + numbers[last];
  for (std::size_t k = 0; k < graph().inputs(first).size(); ++k) {
    const std::size_t from = source(input(first, k));
    if (!whole[from]) return false;
    bool one_for_all = graph()[from].elements() == 1 && count > 1, side_by_side = true;
    for (const std::size_t member : row.nodes) {
      const std::size_t its = source(input(member, k));
      one_for_all &= its == from;
      side_by_side &= whole[its] && whole[its] - whole[from] == whole[member] - whole[first] &&
                      numbers[its] == numbers[member];
    }
    if (!one_for_all && !side_by_side) return row.nodes.size() > 1 && schedule_members(row);
    arguments[k] = {whole[from], one_for_all};
  }
  steps.push_back(
      {text, [=, run = kernel->run, out = whole[first], parameter = static_cast<T>(parameter_of(node))] {
         run(arguments.data(), parameter, out, count);
       }});
  return true;
}

/// Operands that do not lie as the row does (a gradient that two parameters share): a loop for each member,
/// unless one would overwrite what another reads.
template <class T>
bool Loops<T>::schedule_members(const Updates::Row& row) {
  for (const std::size_t member : row.nodes)
    for (const std::size_t other : row.nodes)
      for (const std::size_t operand : graph().inputs(other))
        if (member != other && whole[source(operand)] == whole[member]) return false;
  return std::all_of(row.nodes.begin(), row.nodes.end(),
                     [this](std::size_t member) { return schedule_row({{member}}); });
}

/// What an update did not write over the old value is copied there.
template <class T>
bool Loops<T>::results(std::string& reason) {
  for (const auto& [parameter, node] : recording.assignments) {
    if (interpreter.assigns(node)) continue;
    const std::size_t home = recording.leaf_of(parameter);
    const std::size_t from = source(node);
    if (home == Graph::none || !whole[home] || !whole[from] || numbers[home] != numbers[from]) {
      reason = formatted("parameter \"{}\" is assigned what is not updated from it", parameter.name());
      return false;
    }
    if (whole[home] != whole[from])
      steps.push_back(
          {formatted("\"{}\" <- %{}", parameter.name(), node),
           [to = whole[home], data = whole[from], n = numbers[from]] { std::copy_n(data, n, to); }});
  }
  return true;
}

template std::size_t Loops<float>::overwritten_row(std::size_t) const;
template std::size_t Loops<double>::overwritten_row(std::size_t) const;
template bool Loops<float>::schedule_updates(std::string&);
template bool Loops<double>::schedule_updates(std::string&);
template bool Loops<float>::results(std::string&);
template bool Loops<double>::results(std::string&);

}  // namespace hindsight
