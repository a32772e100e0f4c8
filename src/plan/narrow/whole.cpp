// The work after the samples: updates of all parameters in one loop an operation, and scalars.
#include <hindsight/op.hpp>

#include "base/format.hpp"
#include "plan/narrow/narrow.hpp"

namespace hindsight::narrow {
namespace {

using kernels::Argument;

bool is_view(const Tensor& node) { return node.op().name == "broadcast_to" || node.op().name == "reshape"; }

template <class T>
class Scheduling {
 public:
  explicit Scheduling(Program<T>& program) : p_(program) {}

  bool all(std::string& reason) {
    for (const Updates::Row& row : p_.updates.rows) {
      const std::size_t first = row.nodes[0];
      if (p_.recording.sources[first] || p_.interpreter.computes(first) || is_view(graph()[first]) ||
          depends_on_samples(first))
        continue;
      if (operation(row)) continue;
      const Tensor& node = graph()[first];
      reason = formatted("{} {} has no kernel for parameters", node.op().name, node.shape().str());
      return false;
    }
    return true;
  }

 private:
  const Graph& graph() const { return p_.graph(); }

  bool depends_on_samples(std::size_t i) const {
    for (const std::size_t input : graph().inputs(i))
      if (p_.batch.place[input] != Batch::Place::whole) return true;
    return false;
  }

  /// From the first number of the row to the end of its last member.
  std::size_t count(const Updates::Row& row) const {
    const std::size_t last = row.nodes.back();
    return static_cast<std::size_t>(p_.whole[last] - p_.whole[row.nodes[0]]) +
           static_cast<std::size_t>(graph()[last].elements());
  }

  std::size_t source(std::size_t i) const {
    while (!p_.recording.sources[i] && !p_.interpreter.computes(i) && is_view(graph()[i]))
      i = graph().inputs(i)[0];
    return i;
  }

  bool operation(const Updates::Row& row) {
    const std::size_t first = row.nodes[0];
    const Tensor& node = graph()[first];
    const std::string text =
        formatted("{}{}: %{}", node.op().name,
                  row.nodes.size() > 1 ? formatted(" of {} parameters", row.nodes.size()) : "", first);
    if (node.op().name == "sum" && node.elements() == 1) return sum(text, first);
    const auto* kernel = kernels::find_elementwise<T>(*p_.target, node.op().name);
    if (!node.op().elementwise || !kernel) return false;
    std::array<Argument<T>, 3> arguments{};
    const auto inputs = graph().inputs(first);
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      const std::size_t from = source(inputs[k]);
      const bool number = graph()[from].elements() == 1 &&
                          node.elements() * static_cast<std::int64_t>(row.nodes.size()) > 1 &&
                          same_for_all(row, k);
      if (!number && graph()[from].elements() != node.elements()) return false;
      arguments[k] = {p_.whole[from], number};
    }
    p_.whole_steps.push_back({text, [arguments, run = kernel->run, out = p_.whole[first], n = count(row),
                                     parameter = static_cast<T>(parameter_of(node))](const Tile&) {
                                run(arguments.data(), parameter, out, n);
                              }});
    return true;
  }

  bool same_for_all(const Updates::Row& row, std::size_t k) const {
    for (const std::size_t node : row.nodes)
      if (source(graph().inputs(node)[k]) != source(graph().inputs(row.nodes[0])[k])) return false;
    return true;
  }

  bool sum(const std::string& text, std::size_t i) {
    const std::size_t from = source(graph().inputs(i)[0]);
    p_.whole_steps.push_back(
        {text, [in = p_.whole[from], n = graph()[from].elements(), out = p_.whole[i]](const Tile&) {
           double total = 0;
           for (std::int64_t k = 0; k < n; ++k) total += double(in[k]);
           *out = static_cast<T>(total);
         }});
    return true;
  }

  Program<T>& p_;
};

/// Where an update may write over the value that it replaces: nothing that comes later reads that.
template <class T>
std::size_t overwritten_row(const Program<T>& p, std::size_t r) {
  const auto& row = p.updates.rows[r].nodes;
  std::size_t target = Graph::none;
  for (std::size_t k = 0; k < row.size(); ++k) {
    std::size_t leaf = Graph::none;
    for (const auto& [parameter, node] : p.recording.assignments)
      if (node == row[k])
        for (std::size_t i = 0; i < p.graph().size(); ++i)
          if (p.recording.sources[i] && p.recording.sources[i]->parameter.is(parameter)) leaf = i;
    if (leaf == Graph::none) return Graph::none;
    const std::size_t its_row = p.updates.row_of[leaf];
    if (k > 0 && its_row != target) return Graph::none;
    target = its_row;
    if (p.updates.rows[target].nodes.size() != row.size() || p.updates.rows[target].nodes[k] != leaf)
      return Graph::none;
  }
  // Rows run in order, so only those up to this one may read the old value.
  for (std::size_t later = r + 1; later < p.updates.rows.size(); ++later)
    for (const std::size_t node : p.updates.rows[later].nodes)
      for (const std::size_t input : p.graph().inputs(node))
        if (p.updates.row_of[input] == target) return Graph::none;
  return target;
}

}  // namespace

template <class T>
void place_whole(Program<T>& p) {
  p.whole.assign(p.graph().size(), nullptr);
  // Every member begins a cache line, for what works on it alone.
  constexpr std::size_t line = Arena::alignment / sizeof(T);
  const auto room = [&](std::size_t node) {
    return (static_cast<std::size_t>(p.graph()[node].elements()) + line - 1) / line * line;
  };
  const auto place = [&](std::size_t r, T* data) {
    for (const std::size_t node : p.updates.rows[r].nodes) {
      p.whole[node] = data;
      data += room(node);
    }
  };
  std::vector<T*> start(p.updates.rows.size(), nullptr);
  for (std::size_t r = 0; r < p.updates.rows.size(); ++r) {
    const auto& nodes = p.updates.rows[r].nodes;
    const Tensor& first = p.graph()[nodes[0]];
    if (first.dtype() != dtype_of<T>()) continue;
    if (nodes.size() == 1 && first.op().name == "reshape" && !p.interpreter.computes(nodes[0])) {
      p.whole[nodes[0]] = p.whole[p.graph().inputs(nodes[0])[0]];
      continue;
    }
    const std::size_t over = overwritten_row(p, r);
    std::size_t count = 0;
    for (const std::size_t node : nodes) count += room(node);
    start[r] = over == Graph::none ? p.arena.template make<T>(count) : start[over];
    place(r, start[r]);
  }
}

template <class T>
bool schedule_whole(Program<T>& program, std::string& reason) {
  return Scheduling<T>(program).all(reason);
}

template void place_whole(Program<float>&);
template void place_whole(Program<double>&);
template bool schedule_whole(Program<float>&, std::string&);
template bool schedule_whole(Program<double>&, std::string&);

}  // namespace hindsight::narrow
