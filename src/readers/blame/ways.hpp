#pragma once
#include <vector>

#include <hindsight/blame.hpp>
#include <hindsight/graph.hpp>

namespace hindsight::blame {

/// The graph between a loss and a target, element by element: every element that reaches the target, with its
/// derivatives by those below it. Elements of all nodes are counted through.
class Ways {
 public:
  struct Edge {
    std::size_t to;
    double factor;
  };
  /// What is below an element, over all ways from there to the target: Σ product, Σ |product|, the largest
  /// |product|, the number of ways; and Σ product over those that meet no sample on the way.
  struct Below {
    double sum = 0, moved = 0, largest = 0, count = 0, beside_samples = 0;
  };

  /// `weights` has a number for each element of node `target`. `data` is Graph::none when there are no
  /// samples.
  Ways(const Graph& graph, std::size_t target, const std::vector<double>& weights, std::size_t data);

  /// Makes one step of all ways from the loss to an element that a module handed to it.
  void join_loss();

  /// The largest paths, largest first.
  std::vector<Path> largest(std::size_t count) const;
  std::vector<SampleShare> samples() const;
  /// All that is below the loss.
  const Below& total() const { return below_[root_]; }

 private:
  struct Place {
    std::size_t node;
    std::int64_t element;
  };

  void mark_reaching();
  void mark_samples(std::size_t data);
  void add(std::size_t node);
  void connect(std::size_t node, const std::vector<LocalDerivative>& row);
  void lead(Below& from, const Edge& edge);
  Place place_of(std::size_t at) const;
  std::int64_t sample_of(std::size_t at) const;
  std::size_t end_of(std::size_t at) const { return at + 1 < first_.size() ? first_[at + 1] : edges_.size(); }

  const Graph& graph_;
  std::size_t target_, root_ = 0;
  const std::vector<double>& weights_;
  std::vector<bool> reaches_;
  std::vector<std::int64_t> row_length_;  // of nodes that have a row for each sample, else 0
  std::vector<std::size_t> base_;         // of each node; elements of reaching nodes only
  std::vector<std::size_t> first_;        // of each element
  std::vector<Edge> edges_;
  std::vector<Below> below_;
};

}  // namespace hindsight::blame
