#include "readers/blame/ways.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <queue>

#include "readers/blame/local_rows.hpp"

namespace hindsight::blame {

Ways::Ways(const Graph& graph, std::size_t target, const std::vector<double>& weights, std::size_t data)
    : graph_(graph), target_(target), weights_(weights) {
  mark_reaching();
  mark_samples(data);
  std::size_t count = 0;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    base_.push_back(count);
    if (reaches_[i]) count += static_cast<std::size_t>(graph[i].elements());
  }
  first_.reserve(count);
  below_.reserve(count);
  for (std::size_t i = target; i < graph.size(); ++i)
    if (reaches_[i]) add(i);
  root_ = base_.back();
}

void Ways::mark_reaching() {
  reaches_.assign(graph_.size(), false);
  reaches_[target_] = true;
  for (std::size_t i = target_ + 1; i < graph_.size(); ++i) {
    const auto inputs = graph_.inputs(i);
    for (std::size_t k = 0; k < inputs.size(); ++k)
      if (reaches_[inputs[k]] && graph_[i].op().has_derivative(k)) reaches_[i] = true;
  }
}

/// A node that depends on the data and has as many rows has one for each sample.
void Ways::mark_samples(std::size_t data) {
  row_length_.assign(graph_.size(), 0);
  if (data == Graph::none) return;
  const std::int64_t samples = graph_[data].size(0);
  std::vector<bool> depends(graph_.size(), false);
  depends[data] = true;
  for (std::size_t i = data; i < graph_.size(); ++i) {
    for (const std::size_t input : graph_.inputs(i))
      if (depends[input]) depends[i] = true;
    const Tensor& node = graph_[i];
    if (depends[i] && samples > 0 && node.dim() > 0 && node.size(0) == samples)
      row_length_[i] = node.elements() / samples;
  }
}

void Ways::add(std::size_t node) {
  const auto elements = graph_[node].elements();
  if (node == target_) {
    for (const double w : weights_) {
      first_.push_back(edges_.size());
      below_.push_back({w, std::abs(w), std::abs(w), w != 0 ? 1.0 : 0.0, row_length_[node] ? 0 : w});
    }
    return;
  }
  std::vector<bool> wanted;
  for (const std::size_t input : graph_.inputs(node)) wanted.push_back(reaches_[input]);
  const LocalRows rows(graph_[node], wanted);
  std::vector<LocalDerivative> row;
  for (std::int64_t element = 0; element < elements; ++element) {
    row.clear();
    rows.append(element, row);
    connect(node, row);
  }
}

void Ways::connect(std::size_t node, const std::vector<LocalDerivative>& row) {
  first_.push_back(edges_.size());
  Below all;
  for (const LocalDerivative& d : row) {
    const std::size_t to = base_[graph_.inputs(node)[d.input]] + static_cast<std::size_t>(d.element);
    const Below& next = below_[to];
    if (next.count == 0) continue;
    edges_.push_back({to, d.value});
    all.sum += d.value * next.sum;
    all.moved += std::abs(d.value) * next.moved;
    all.largest = std::max(all.largest, std::abs(d.value) * next.largest);
    all.count += next.count;
    all.beside_samples += d.value * next.beside_samples;
  }
  if (row_length_[node]) all.beside_samples = 0;
  below_.push_back(all);
}

Ways::Place Ways::place_of(std::size_t at) const {
  const auto after = std::upper_bound(base_.begin(), base_.end(), at);
  // Nodes that do not reach the target have no elements: of equal bases the last one counts.
  const auto node = static_cast<std::size_t>(after - base_.begin()) - 1;
  return {node, static_cast<std::int64_t>(at - base_[node])};
}

std::int64_t Ways::sample_of(std::size_t at) const {
  const Place place = place_of(at);
  const std::int64_t length = row_length_[place.node];
  return length ? place.element / length : Ledger::no_sample;
}

/// A way belongs to the sample that it meets last, so each is counted where it leaves its last one.
std::vector<SampleShare> Ways::samples() const {
  std::vector<double> arriving(below_.size(), 0);
  std::map<std::int64_t, double> shares;
  arriving[root_] = 1;
  if (below_[root_].beside_samples != 0) shares[Ledger::no_sample] = below_[root_].beside_samples;
  for (std::size_t node = graph_.size(); node-- > target_;) {
    if (!reaches_[node]) continue;
    const auto last = base_[node] + static_cast<std::size_t>(graph_[node].elements());
    for (std::size_t at = base_[node]; at < last; ++at) {
      if (arriving[at] == 0) continue;
      double leaving = node == target_ ? below_[at].sum : 0;
      for (std::size_t k = first_[at]; k < end_of(at); ++k) {
        arriving[edges_[k].to] += arriving[at] * edges_[k].factor;
        leaving += edges_[k].factor * below_[edges_[k].to].beside_samples;
      }
      if (row_length_[node] && leaving != 0)
        shares[static_cast<std::int64_t>(at - base_[node]) / row_length_[node]] += arriving[at] * leaving;
    }
  }
  std::vector<SampleShare> list;
  list.reserve(shares.size());
  for (const auto& [sample, contribution] : shares) list.push_back({sample, contribution});
  return list;
}

namespace {

/// The head of a way: an element, and the step that it was reached by.
struct Reached {
  std::size_t before;
  std::size_t at;
  double factor;
  double product;
};

struct Open {
  double bound;  // |product so far| · the largest product below: the best that can come of it
  std::size_t reached;
  friend bool operator<(const Open& a, const Open& b) { return a.bound < b.bound; }
};

}  // namespace

/// Best first: since each bound is reached by some way, a head is only taken up when it is the beginning of
/// the next largest path.
std::vector<Path> Ways::largest(std::size_t count) const {
  constexpr auto nothing = static_cast<std::size_t>(-1);
  std::vector<Reached> reached{{nothing, root_, 1, 1}};
  std::priority_queue<Open> open;
  if (total().count > 0) open.push({total().largest, 0});
  std::vector<Path> paths;
  while (!open.empty() && paths.size() < count) {
    const std::size_t head = open.top().reached;
    open.pop();
    const Reached now = reached[head];
    if (place_of(now.at).node == target_) {
      Path path{Ledger::no_sample, now.product * below_[now.at].sum, {}, below_[now.at].sum};
      for (std::size_t step = head; step != nothing; step = reached[step].before) {
        const Place place = place_of(reached[step].at);
        path.steps.push_back({place.node, place.element, reached[step].factor});
        if (path.sample == Ledger::no_sample) path.sample = sample_of(reached[step].at);
      }
      std::reverse(path.steps.begin(), path.steps.end());
      paths.push_back(std::move(path));
      continue;
    }
    for (std::size_t k = first_[now.at]; k < end_of(now.at); ++k) {
      const Edge& edge = edges_[k];
      const double product = now.product * edge.factor;
      open.push({std::abs(product) * below_[edge.to].largest, reached.size()});
      reached.push_back({head, edge.to, edge.factor, product});
    }
  }
  // Bounds are rounded on the way: of equally large paths one may have come early.
  std::stable_sort(paths.begin(), paths.end(), [](const Path& a, const Path& b) {
    return std::abs(a.contribution) > std::abs(b.contribution);
  });
  return paths;
}

}  // namespace hindsight::blame
