#pragma once
#include <string>
#include <vector>

#include <hindsight/blame.hpp>

namespace hindsight::blame {

/// One sample's way through a network, as one graph.
struct Outcome {
  /// The sample's features, a leaf that requires a gradient.
  Tensor features;
  /// The sample's loss, and the probability that was given to its true class; scalars.
  Tensor loss;
  Tensor probability;
};

/// Something that a prediction was made with: a weight, a hidden unit, a feature.
struct Culprit {
  /// "0.weight[3, 1]", "unit 4 of module 1", "alcohol"
  std::string name;
  double value;
  /// What the counterfactual sets it to: 0 for weights and units, the mean for features.
  double reference;
  /// ∂loss/∂value.
  double gradient;
  /// What the operation that made a unit says of it; empty where it states no regimes.
  std::string words;
  /// The probability and the loss with the value at its reference, by running the operations again.
  double probability_after;
  double loss_after;

  /// gradient · (value − reference): what to first order the loss would lose. Above 0 it is to blame, below 0
  /// it helped.
  double blame() const { return gradient * (value - reference); }
};

struct Ranking {
  /// By blame, the largest first; those without any are left out.
  std::vector<Culprit> culprits;
  /// How many there are in all, and the blame of all of them together.
  std::size_t count = 0;
  double total = 0;
};

struct PredictionReport {
  double loss = 0;
  double probability = 0;
  Ranking weights, units, features;
  /// The units that their operations call inactive and that have no blame: "unit 4 of module 1".
  std::vector<std::string> without_blame;
  /// From the loss to the features; contributions are shares of the features' blame.
  Ledger paths;
};

struct PredictionOptions {
  /// How many of each kind to list.
  std::size_t most = 5;
  /// What the features are compared with, a number for each; zeros when left out.
  std::vector<double> reference = {};
  std::vector<std::string> feature_names = {};
};

/// Says what made a prediction wrong (or right). Weights are the leaves that gradients flow into. Units are
/// what modules hand on to others: of a module without weights (an activation) its result stands for the
/// layer before it, and what no weight follows is no unit but the prediction. Throws as ledger() does, and
/// ShapeError when the probability is no scalar or the reference has another length than the features.
PredictionReport explain_prediction(const Outcome& outcome, const PredictionOptions& options = {});

std::string to_text(const PredictionReport& report);
Document document(const PredictionReport& report);
std::string to_json(const PredictionReport& report);

}  // namespace hindsight::blame
