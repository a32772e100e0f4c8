#include "plan/updates.hpp"

#include <map>

#include <hindsight/op.hpp>

namespace hindsight {
namespace {

constexpr std::size_t none = Graph::none;

class Gathering {
 public:
  Gathering(const Recording& recording, const Batch& batch, const std::vector<bool>& elsewhere)
      : recording_(recording),
        graph_(recording.graph),
        batch_(batch),
        elsewhere_(elsewhere),
        row_of_(graph_.size(), none) {}

  Updates rows(bool gather) {
    if (gather) gather_alike();
    for (std::size_t i = 0; i < graph_.size(); ++i)
      if (batch_.place[i] == Batch::Place::whole && row_of_[i] == none) {
        row_of_[i] = rows_.size();
        rows_.push_back({{i}});
      }
    return ordered();
  }
  bool is_cyclic() const { return cyclic_; }

 private:
  /// What takes part in an update element by element: everything but scalars (a bias of one unit has an
  /// axis).
  bool takes_part(std::size_t node) const {
    return batch_.place[node] == Batch::Place::whole && graph_[node].dim() > 0 && !spreads(node);
  }
  /// A scalar for every element is no operand of its own.
  bool spreads(std::size_t node) const {
    return graph_[node].op().name == "broadcast_to" && graph_[node].input(0).elements() == 1;
  }
  std::size_t source(std::size_t node) const { return spreads(node) ? graph_.inputs(node)[0] : node; }
  /// The nodes of one update in the order of a walk from its end, with a text that says how they hang
  /// together.
  struct Walk {
    std::string shape;
    std::vector<std::size_t> nodes;
  };

  void visit(std::size_t node, Walk& walk) const {
    for (std::size_t k = 0; k < walk.nodes.size(); ++k)
      if (walk.nodes[k] == node) {
        walk.shape += "@" + std::to_string(k);
        return;
      }
    walk.nodes.push_back(node);
    walk.shape += name(graph_[node].dtype());
    walk.shape += ' ';
    if (recording_.sources[node]) {
      walk.shape += "leaf";
    } else if (batch_.adds_samples(recording_, node)) {
      walk.shape += "gradient";
    } else {
      walk.shape += std::string(graph_[node].op().name) + "{" + graph_[node].attributes().str() + "}(";
      for (const std::size_t input : graph_.inputs(node)) {
        const bool part = graph_[input].elements() == graph_[node].elements() && takes_part(input);
        if (part)
          visit(input, walk);
        else
          walk.shape += "#" + std::to_string(source(input));
        walk.shape += ",";
      }
      walk.shape += ")";
    }
  }

  void gather_alike() {
    std::map<std::string, std::vector<Walk>> alike;
    for (const auto& [parameter, node] : recording_.assignments) {
      Walk walk;
      if (batch_.place[node] == Batch::Place::whole && !elsewhere_[node]) visit(node, walk);
      if (!walk.nodes.empty()) alike[walk.shape].push_back(std::move(walk));
    }
    for (const auto& [shape, walks] : alike) gather(walks);
  }

  /// Node k of each walk becomes row k, unless one of them stands in another row already.
  void gather(const std::vector<Walk>& walks) {
    for (std::size_t k = 0; k < walks[0].nodes.size(); ++k) {
      Updates::Row row;
      bool free = true;
      for (const Walk& walk : walks) {
        free &= row_of_[walk.nodes[k]] == none;
        for (const std::size_t other : row.nodes) free &= other != walk.nodes[k];
        row.nodes.push_back(walk.nodes[k]);
      }
      if (!free) continue;
      for (const std::size_t node : row.nodes) row_of_[node] = rows_.size();
      rows_.push_back(std::move(row));
    }
  }

  Updates ordered() {
    Updates updates;
    updates.row_of.assign(graph_.size(), none);
    state_.assign(rows_.size(), State::waiting);
    for (std::size_t r = 0; r < rows_.size(); ++r) place(r, updates);
    return updates;
  }

  // As deep as the longest update is, which is short.
  void place(std::size_t r, Updates& updates) {
    if (state_[r] != State::waiting) {
      cyclic_ |= state_[r] == State::begun;
      return;
    }
    state_[r] = State::begun;
    for (const std::size_t node : rows_[r].nodes)
      for (const std::size_t input : graph_.inputs(node))
        if (batch_.place[input] == Batch::Place::whole) place(row_of_[input], updates);
    state_[r] = State::placed;
    for (const std::size_t node : rows_[r].nodes) updates.row_of[node] = updates.rows.size();
    updates.rows.push_back(rows_[r]);
  }

  enum class State : std::uint8_t { waiting, begun, placed };
  const Recording& recording_;
  const Graph& graph_;
  const Batch& batch_;
  const std::vector<bool>& elsewhere_;
  std::vector<std::size_t> row_of_;
  std::vector<Updates::Row> rows_;
  std::vector<State> state_;
  bool cyclic_ = false;
};

}  // namespace

Updates Updates::of(const Recording& recording, const Batch& batch, const std::vector<bool>& elsewhere) {
  Gathering together(recording, batch, elsewhere);
  Updates updates = together.rows(true);
  if (!together.is_cyclic()) return updates;
  return Gathering(recording, batch, elsewhere).rows(false);
}

}  // namespace hindsight
