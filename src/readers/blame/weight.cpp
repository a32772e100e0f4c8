// The gradient of one weight as Σ over samples of δ · activation.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <hindsight/autodiff.hpp>
#include <hindsight/autodiff/functional.hpp>
#include <hindsight/blame/weight.hpp>
#include <hindsight/error.hpp>
#include <hindsight/graph.hpp>
#include <hindsight/ops.hpp>

#include "array/position.hpp"
#include "base/format.hpp"
#include "base/workers.hpp"
#include "graph/history.hpp"
#include "readers/blame/names.hpp"

namespace hindsight::blame {
namespace {

constexpr std::int64_t tile_rows = 256;  // so that a tile of a wide input stays in the cache

std::vector<bool> depending_on(const Graph& graph, std::size_t source) {
  std::vector<bool> depends(graph.size(), false);
  if (source == Graph::none) return depends;
  depends[source] = true;
  for (std::size_t i = source + 1; i < graph.size(); ++i)
    for (const std::size_t input : graph.inputs(i))
      if (depends[input]) depends[i] = true;
  return depends;
}

/// A node where the weight meets the samples, and those of its inputs that come from the weight alone.
struct Site {
  std::size_t node;
  std::vector<Tensor> from_weight;
};

std::vector<Site> sites_of(const Graph& graph, const Tensor& features, const Tensor& weight) {
  const auto with_data = depending_on(graph, graph.index_of(features)),
             with_weight = depending_on(graph, graph.index_of(weight));
  std::vector<Site> sites;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (!with_data[i] || !graph[i].requires_grad()) continue;
    Site site{i, {}};
    for (const std::size_t input : graph.inputs(i))
      if (with_weight[input] && !with_data[input]) site.from_weight.push_back(graph[input]);
    if (!site.from_weight.empty()) sites.push_back(std::move(site));
  }
  return sites;
}

Tensor one_hot_at(const Tensor& like, std::int64_t element) {
  Array array = Array::full({like.elements()}, 0, float64);
  array.mutable_data<double>()[element] = 1;
  return Tensor(array.reshaped(like.shape()));
}

/// All terms of a parameter's element, sample by sample; tiles are shared out among the threads.
class Terms {
 public:
  Terms(const Problem& problem, const Tensor& weight, std::int64_t element)
      : problem_(problem), weight_(weight), one_hot_(one_hot_at(weight, element)) {}

  std::vector<Term> all() const {
    const auto samples = static_cast<std::size_t>(problem_.samples());
    constexpr auto at_once = static_cast<std::size_t>(tile_rows);
    std::vector<std::vector<Term>> parts((samples + at_once - 1) / at_once);
    share_out_runs(samples, at_once, [&](std::size_t begin, std::size_t end) {
      parts[begin / at_once] =
          of_tile(static_cast<std::int64_t>(begin), static_cast<std::int64_t>(end - begin));
    });
    std::vector<Term> terms;
    for (const std::vector<Term>& part : parts) terms.insert(terms.end(), part.begin(), part.end());
    return terms;
  }

 private:
  std::vector<Term> of_tile(std::int64_t first, std::int64_t rows) const {
    const EnableGrad enable;
    const KeepHistory keep;  // of what `loss` does to samples before they meet a weight
    std::vector<std::int64_t> index(static_cast<std::size_t>(rows));
    std::iota(index.begin(), index.end(), first);
    const Problem tile = problem_.rows(index);
    const Tensor loss = tile.loss(tile.features, tile.targets);
    const Graph graph = Graph::of(loss);
    const std::vector<Site> sites = sites_of(graph, tile.features, weight_);
    if (sites.empty()) fail<ValueError>("explain_weight: the loss does not depend on {}", weight_.name());
    const std::vector<std::string> names = names_of(graph);
    std::vector<Tensor> nodes;
    nodes.reserve(sites.size());
    for (const Site& site : sites) nodes.push_back(graph[site.node]);
    const std::vector<Tensor> deltas = grad(loss, nodes);
    const double share = static_cast<double>(rows) / static_cast<double>(problem_.samples());
    std::vector<Term> terms;
    for (std::size_t s = 0; s < sites.size(); ++s)
      add_site(terms, nodes[s], names[sites[s].node], deltas[s].array(), tangent(nodes[s], sites[s]).array(),
               first, rows, share);
    return terms;
  }

  /// How the node changes with the weight, through the inputs that come from the weight alone.
  Tensor tangent(const Tensor& node, const Site& site) const {
    std::vector<Tensor> tangents;
    for (const Tensor& input : site.from_weight)
      tangents.push_back(input.is(weight_) ? one_hot_
                                           : jvp(input, std::span(&weight_, 1), std::span(&one_hot_, 1)));
    return jvp(node, site.from_weight, tangents);
  }

  static void add_site(std::vector<Term>& terms, const Tensor& node, const std::string& name,
                       const Array& delta, const Array& activation, std::int64_t first, std::int64_t rows,
                       double share) {
    const bool has_rows = node.dim() > 0 && node.size(0) == rows;
    const std::int64_t length = has_rows ? node.elements() / rows : node.elements();
    Shape row = node.shape();
    if (has_rows) row.erase(0);
    const Array deltas = delta.contiguous(), activations = activation.contiguous();
    const double *const d_of = deltas.data<double>(), *const a_of = activations.data<double>();
    for (std::int64_t i = 0; i < node.elements(); ++i) {
      const double d = d_of[i], a = a_of[i];
      if (!std::isfinite(d) || !std::isfinite(a))
        fail<ValueError>(
            "explain_weight: a derivative at {} is not finite; DetectAnomaly names where it comes from",
            name);
      if (d == 0 || a == 0) continue;
      terms.push_back({has_rows ? first + i / length : Ledger::no_sample,
                       row.empty() ? name : name + position(row, i % length), d * share, a});
    }
  }

  const Problem& problem_;
  const Tensor weight_, one_hot_;
};

bool is_larger(const Term& a, const Term& b) {
  return std::abs(a.contribution()) > std::abs(b.contribution());
}

/// The loss of some samples with the weight moved by `by`.
double loss_with(const Problem& problem, const Parameter& parameter, std::int64_t element, double by) {
  const NoGrad no_grad;
  const Tensor moved = parameter.value() + one_hot_at(parameter.value(), element) * by;
  const ParameterLoan loan(std::span(&parameter, 1), std::span(&moved, 1));
  double total = 0;
  const std::int64_t samples = problem.samples();
  for (std::int64_t first = 0; first < samples; first += tile_rows) {
    std::vector<std::int64_t> index(static_cast<std::size_t>(std::min(tile_rows, samples - first)));
    std::iota(index.begin(), index.end(), first);
    const Problem tile = problem.rows(index);
    total += tile.loss(tile.features, tile.targets).item() * static_cast<double>(index.size());
  }
  return total / static_cast<double>(samples);
}

/// Central differences of fourth order, (f(w − 2h) − 8 f(w − h) + 8 f(w + h) − f(w + 2h)) / 12h, with the
/// step of three at which they differ least from those of second order: a large one is right where the loss
/// is smooth, a small one steps over no kink.
double slope(const Problem& problem, const Parameter& parameter, std::int64_t element, double weight) {
  const auto f = [&](double by) { return loss_with(problem, parameter, element, by); };
  double best = 0, least = std::numeric_limits<double>::infinity();
  for (const double step : {1e-3, 1e-4, 1e-5}) {
    const double h = step * std::max(0.1, std::abs(weight));
    const double below = f(-h), above = f(h);
    const double second = (above - below) / (2 * h);
    const double fourth = (f(-2 * h) - 8 * below + 8 * above - f(2 * h)) / (12 * h);
    const double lost_digits = std::numeric_limits<double>::epsilon() * std::abs(above) / h;
    if (std::abs(fourth - second) + lost_digits >= least) continue;
    least = std::abs(fourth - second) + lost_digits;
    best = fourth;
  }
  return best;
}

/// The samples of the largest terms, in their order.
std::vector<std::int64_t> most_moving(const std::vector<Term>& sorted, std::int64_t samples) {
  std::vector<std::int64_t> chosen;
  if (samples <= static_cast<std::int64_t>(WeightReport::most_checked)) {
    chosen.resize(static_cast<std::size_t>(samples));
    std::iota(chosen.begin(), chosen.end(), 0);
    return chosen;
  }
  std::vector<bool> taken(static_cast<std::size_t>(samples), false);
  for (const Term& term : sorted) {
    if (chosen.size() == WeightReport::most_checked) break;
    if (term.sample == Ledger::no_sample || taken[static_cast<std::size_t>(term.sample)]) continue;
    taken[static_cast<std::size_t>(term.sample)] = true;
    chosen.push_back(term.sample);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

void check(WeightReport& report, const Problem& problem, const Parameter& parameter, std::int64_t element,
           const std::vector<Term>& sorted) {
  const std::vector<std::int64_t> chosen = most_moving(sorted, problem.samples());
  report.checked = chosen.size();
  for (const Term& term : sorted)
    if (term.sample == Ledger::no_sample || std::binary_search(chosen.begin(), chosen.end(), term.sample))
      report.compared += term.contribution();
  const double share = static_cast<double>(chosen.size()) / static_cast<double>(problem.samples());
  if (chosen.empty()) return;
  report.numerical = share * slope(problem.rows(chosen), parameter, element, report.value);
}

}  // namespace

Problem Problem::rows(const std::vector<std::int64_t>& index) const {
  return {loss, Tensor(features.array().rows(index)).named(features.name().empty() ? "x" : features.name()),
          Tensor(targets.array().rows(index)).named(targets.name().empty() ? "y" : targets.name())};
}

double WeightReport::difference() const { return std::abs(numerical - compared); }

WeightReport explain_weight(const Problem& problem, const Parameter& parameter, std::int64_t element,
                            const WeightOptions& options) {
  const EnableGrad enable;
  const KeepHistory keep;
  const Tensor weight = parameter.value();
  if (weight.dtype() != float64)
    fail<DTypeError>("explain_weight: {} is {}; convert the model and its data with .to(hs::float64)",
                     parameter.name(), name(weight.dtype()));
  if (element < 0 || element >= weight.elements())
    fail<IndexError>("explain_weight: there is no element {} in {} of shape {}, which has {}", element,
                     parameter.name(), weight.shape().str(), weight.elements());
  WeightReport report;
  report.weight = parameter.name() + (weight.dim() ? position(weight.shape(), element) : "");
  report.value = weight.array().at(element);
  report.samples = static_cast<std::size_t>(problem.samples());
  std::vector<Term> terms = Terms(problem, weight, element).all();
  std::stable_sort(terms.begin(), terms.end(), is_larger);
  report.term_count = terms.size();
  for (std::size_t i = 0; i < terms.size(); ++i) {
    report.gradient += terms[i].contribution();
    report.moved += std::abs(terms[i].contribution());
    if (i >= options.terms) report.rest += terms[i].contribution();
  }
  check(report, problem, parameter, element, terms);
  const std::int64_t example = terms.empty() || terms[0].sample < 0 ? 0 : terms[0].sample;
  const Problem one = problem.rows({example});
  report.chain = ledger(one.loss(one.features, one.targets), weight, element,
                        {.paths = options.paths, .data = one.features, .loss_in_one_step = true});
  for (SampleShare& share : report.chain.samples)
    if (share.sample == 0) share.sample = example;
  for (Path& path : report.chain.paths)
    if (path.sample == 0) path.sample = example;
  terms.resize(std::min(options.terms, terms.size()));
  report.terms = std::move(terms);
  return report;
}

}  // namespace hindsight::blame
