// What a prediction was made with, by what the loss would lose without it.
#include <algorithm>
#include <cmath>
#include <tuple>

#include <hindsight/autodiff.hpp>
#include <hindsight/blame/prediction.hpp>
#include <hindsight/error.hpp>
#include <hindsight/graph.hpp>
#include <hindsight/op.hpp>

#include "array/position.hpp"
#include "base/format.hpp"
#include "readers/blame/replay.hpp"
#include "readers/blame/units.hpp"
#include "readers/check/regime_at.hpp"

namespace hindsight::blame {
namespace {

constexpr std::string_view no_blame = "was inactive: no blame";

/// The words for a unit, from the regime that its operation states.
std::string_view words_of(const Tensor& node, std::int64_t element, double blame) {
  if (!node.op().regime) return {};
  switch (regime_at(node, element)) {
    case Regime::inactive:
      return blame == 0 ? no_blame : "was inactive";
    case Regime::saturated:
      return "was saturated: hardly any blame passes through it";
    case Regime::kink:
      return "stood on its kink";
    case Regime::reversed:
      return "was reversed";
    case Regime::active:
      break;
  }
  return "was active";
}

class Trial {
 public:
  Trial(const Outcome& outcome, const PredictionOptions& options)
      : outcome_(outcome),
        options_(options),
        graph_(Graph::of(std::vector<Tensor>{outcome.loss, outcome.probability})),
        features_(graph_.index_of(outcome.features)) {}

  PredictionReport report() const {
    std::vector<std::size_t> weights;
    for (std::size_t i = 0; i < graph_.size(); ++i)
      if (graph_[i].is_leaf() && graph_[i].requires_grad() && i != features_) weights.push_back(i);
    const std::vector<std::size_t> units = unit_nodes(graph_, features_);
    return {outcome_.loss.item(), outcome_.probability.item(), ranked(weights), ranked(units),
            ranked({features_}),  without_blame(units),        paths()};
  }

 private:
  struct Place {
    std::size_t node;
    std::int64_t element;
    double gradient, blame;
  };

  double reference(std::size_t node, std::int64_t element) const {
    if (node != features_ || options_.reference.empty()) return 0;
    return options_.reference[static_cast<std::size_t>(element)];
  }

  std::string name_of(std::size_t node, std::int64_t element) const {
    const Tensor& tensor = graph_[node];
    if (node == features_)
      return static_cast<std::size_t>(element) < options_.feature_names.size()
                 ? options_.feature_names[static_cast<std::size_t>(element)]
                 : formatted("feature {}", element);
    if (!tensor.is_leaf()) return formatted("unit {} of module {}", element, tensor.module_path());
    return tensor.name() + (tensor.dim() ? position(tensor.shape(), element) : "");
  }

  std::vector<Place> places_of(const std::vector<std::size_t>& nodes) const {
    std::vector<Place> places;
    for (const std::size_t node : nodes) {
      const Array gradient = grad(outcome_.loss, graph_[node]).array();
      for (std::int64_t e = 0; e < gradient.elements(); ++e) {
        const double g = gradient.at(e);
        places.push_back({node, e, g, g * (graph_[node].array().at(e) - reference(node, e)) + 0.0});
      }
    }
    return places;
  }

  Ranking ranked(const std::vector<std::size_t>& nodes) const {
    std::vector<Place> places = places_of(nodes);
    Ranking ranking;
    ranking.count = places.size();
    for (const Place& place : places) ranking.total += place.blame;
    std::erase_if(places, [](const Place& place) { return place.blame == 0; });
    const std::size_t most = std::min(options_.most, places.size());
    // What is equal by mathematics (the weights on the way into and out of a unit) differs in the last bits:
    // places that agree in 24 bits keep the order of the network.
    const auto rank = [](const Place& place) {
      int exponent = 0;
      const auto leading = static_cast<float>(std::frexp(place.blame, &exponent));
      return std::tuple(-std::ldexp(double(leading), exponent), place.node, place.element);
    };
    std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(most), places.end(),
                      [&](const Place& a, const Place& b) { return rank(a) < rank(b); });
    for (std::size_t i = 0; i < most; ++i) ranking.culprits.push_back(culprit(places[i]));
    return ranking;
  }

  Culprit culprit(const Place& place) const {
    const Tensor& node = graph_[place.node];
    const double other = reference(place.node, place.element);
    Array changed(node.shape(), float64);
    for (std::int64_t e = 0; e < node.elements(); ++e)
      changed.mutable_data<double>()[e] = e == place.element ? other : node.array().at(e);
    const std::vector<Tensor> after = replayed(graph_, {{place.node, Tensor(changed)}});
    return {name_of(place.node, place.element),
            node.array().at(place.element),
            other,
            place.gradient,
            std::string(node.is_leaf() ? "" : words_of(node, place.element, place.blame)),
            after[graph_.index_of(outcome_.probability)].item(),
            after[graph_.index_of(outcome_.loss)].item()};
  }

  std::vector<std::string> without_blame(const std::vector<std::size_t>& units) const {
    std::vector<std::string> names;
    for (const Place& place : places_of(units))
      if (words_of(graph_[place.node], place.element, place.blame) == no_blame)
        names.push_back(name_of(place.node, place.element));
    return names;
  }

  Ledger paths() const {
    const Tensor& features = outcome_.features;
    Array weights(features.shape(), float64);
    for (std::int64_t e = 0; e < features.elements(); ++e)
      weights.mutable_data<double>()[e] = features.array().at(e) - reference(features_, e);
    return ledger(outcome_.loss, features, Tensor(weights),
                  {.paths = options_.most, .loss_in_one_step = true});
  }

  const Outcome& outcome_;
  const PredictionOptions& options_;
  const Graph graph_;
  const std::size_t features_;
};

}  // namespace

PredictionReport explain_prediction(const Outcome& outcome, const PredictionOptions& options) {
  if (outcome.probability.elements() != 1)
    fail<ShapeError>(
        "explain_prediction: the probability has shape {} and must be a scalar: that of the true class",
        outcome.probability.shape().str());
  if (!options.reference.empty() &&
      options.reference.size() != static_cast<std::size_t>(outcome.features.elements()))
    fail<ShapeError>("explain_prediction: there are {} features, and the reference has {} numbers",
                     outcome.features.elements(), options.reference.size());
  if (Graph::of(outcome.loss).index_of(outcome.features) == Graph::none || !outcome.features.requires_grad())
    throw ValueError(
        "explain_prediction: the loss must depend on the features, and these require a gradient: give the "
        "leaf that the model was called with, after requires_grad_()");
  return Trial(outcome, options).report();
}

}  // namespace hindsight::blame
