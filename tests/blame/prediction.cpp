#include <algorithm>

#include <gtest/gtest.h>

#include <hindsight/blame/prediction.hpp>

#include "base/json.hpp"
#include "expect_error.hpp"
#include "networks/networks.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace blame = hindsight::blame;
namespace nn = hindsight::nn;
using hs::Tensor;

namespace {

class Doubled : public nn::Layer {
 public:
  Tensor forward(std::span<const Tensor> inputs) override { return networks::doubled(only(inputs)); }
  std::string describe() const override { return "Doubled()"; }
};

/// Two hidden units of an operation that only tests know, of which the second is inactive: z = (4, −1),
/// hidden = (8, 0), logit = 8·0.25 = 2.
struct Known {
  nn::Sequential model{nn::Linear(2, 2, {.dtype = hs::float64}), nn::Module(std::make_shared<Doubled>()),
                       nn::Linear(2, 1, {.dtype = hs::float64})};
  Tensor x = hs::tensor({{1, 3}}, {.dtype = hs::float64, .requires_grad = true}).named("x");

  Known() {
    model.load_state_dict({{"0.weight", hs::tensor({{1, 1}, {-1, 0}}, {.dtype = hs::float64})},
                           {"0.bias", hs::tensor({0, 0}, {.dtype = hs::float64})},
                           {"2.weight", hs::tensor({{0.25, 7}}, {.dtype = hs::float64})},
                           {"2.bias", hs::tensor({0}, {.dtype = hs::float64})}});
  }
  /// The true class is the first: its probability is 1 − sigmoid(logit).
  blame::Outcome outcome() const {
    const Tensor logit = model(x);
    return {x, nn::BCEWithLogitsLoss()(logit, hs::zeros({1, 1}, {.dtype = hs::float64})),
            hs::sigmoid(-logit)};
  }
};

double sigmoid(double z) { return 1 / (1 + std::exp(-z)); }

const blame::Culprit& find(const blame::Ranking& ranking, const std::string& name) {
  const auto found = std::find_if(ranking.culprits.begin(), ranking.culprits.end(),
                                  [&](const auto& culprit) { return culprit.name == name; });
  if (found == ranking.culprits.end()) throw std::runtime_error(name + " is not listed");
  return *found;
}

}  // namespace

TEST(Prediction, OfAKnownNetworkIsThatOfMathematics) {
  const Known net;
  const auto report = blame::explain_prediction(net.outcome(), {.most = 20, .reference = {0.5, 3}});
  const double slope = sigmoid(2);  // of the loss by the logit
  EXPECT_NEAR(report.probability, 1 - slope, tolerance::float64_rounding);
  EXPECT_NEAR(report.loss, -std::log(1 - slope), tolerance::float64_rounding);

  EXPECT_EQ(report.units.count, 2u);
  ASSERT_EQ(report.units.culprits.size(), 1u);
  const blame::Culprit& unit = report.units.culprits[0];
  EXPECT_EQ(unit.name, "unit 0 of module 1");
  EXPECT_EQ(unit.words, "was active");
  EXPECT_NEAR(unit.blame(), slope * 0.25 * 8, tolerance::float64_rounding);
  EXPECT_NEAR(unit.probability_after, 0.5, tolerance::float64_rounding) << "silenced, the logit is 0";
  EXPECT_EQ(report.without_blame, std::vector<std::string>{"unit 1 of module 1"});

  const blame::Culprit& weight = find(report.weights, "0.weight[0, 1]");
  EXPECT_NEAR(weight.gradient, slope * 0.25 * 2 * 3, tolerance::float64_rounding);
  EXPECT_NEAR(weight.probability_after, 1 - sigmoid(0.5), tolerance::float64_rounding) << "z is then 1";

  const blame::Culprit& feature = find(report.features, "feature 0");
  EXPECT_NEAR(feature.blame(), slope * 0.5 * 0.5, tolerance::float64_rounding);
  EXPECT_NEAR(feature.probability_after, 1 - sigmoid(0.25 * 7), tolerance::float64_rounding);
  EXPECT_EQ(report.features.culprits.size(), 1u) << "the other one is at its mean";
  EXPECT_DOUBLE_EQ(report.paths.sum, report.features.total);
}

TEST(Prediction, RanksWhatIsSmallerThanAnyFloat) {
  Known net;
  net.x = hs::tensor({{3, 1}}, {.dtype = hs::float64, .requires_grad = true}).named("x");
  net.model.load_state_dict({{"2.weight", hs::tensor({{-20, 7}}, {.dtype = hs::float64})}},
                            {.strict = false});
  const auto report = blame::explain_prediction(net.outcome(), {.most = 2, .reference = {0, 0}});
  ASSERT_EQ(report.weights.culprits.size(), 2u);
  const auto& [first, second] = std::tie(report.weights.culprits[0], report.weights.culprits[1]);
  EXPECT_LT(std::abs(first.blame()), 1e-60);
  EXPECT_EQ(first.name, "0.weight[0, 1]");   // slope · −20 · 2 · 1
  EXPECT_EQ(second.name, "0.weight[0, 0]");  // slope · −20 · 2 · 3
}

TEST(Prediction, OfRandomNetworksIsWhatGradientsAndRunsOfTheModelSay) {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    hs::manual_seed(seed);
    const nn::Sequential model(nn::Linear(3, 4, {.dtype = hs::float64}), nn::Mish(),
                               nn::Linear(4, 3, {.dtype = hs::float64}), nn::Tanh(),
                               nn::Linear(3, 2, {.dtype = hs::float64}));
    const Tensor x = hs::randn({1, 3}, {.dtype = hs::float64}).requires_grad_();
    const Tensor truth = hs::tensor(std::vector<std::int64_t>{1}, {1});
    const auto outcome_of = [&](const Tensor& features) -> blame::Outcome {
      const Tensor logits = model(features);
      return {features, nn::CrossEntropyLoss()(logits, truth), hs::softmax(logits, 1).slice(1, 1, 2).sum()};
    };
    const blame::Outcome outcome = outcome_of(x);
    const auto report = blame::explain_prediction(outcome, {.most = 100});
    EXPECT_EQ(report.units.count, 7u);
    EXPECT_EQ(report.weights.count, 4u * 3 + 4 + 3 * 4 + 3 + 2 * 3 + 2);
    double total = 0;
    for (const auto& [name, parameter] : model.named_parameters())
      total += (hs::grad(outcome.loss, parameter.value()) * parameter.value()).sum().item();
    EXPECT_NEAR(report.weights.total, total, tolerance::float64_rounding);

    const blame::Culprit& worst = report.weights.culprits.front();
    for (const hs::Parameter& parameter : model.parameters()) {
      if (!worst.name.starts_with(parameter.name())) continue;
      for (std::int64_t e = 0; e < parameter.shape().elements(); ++e) {
        std::vector<double> values = parameter.value().to_vector<double>();
        if (values[static_cast<std::size_t>(e)] != worst.value) continue;
        values[static_cast<std::size_t>(e)] = 0;
        const Tensor changed = hs::tensor(values, parameter.shape());
        const hs::ParameterLoan loan(std::span(&parameter, 1), std::span(&changed, 1));
        EXPECT_DOUBLE_EQ(worst.probability_after, outcome_of(x).probability.item());
        EXPECT_DOUBLE_EQ(worst.loss_after, outcome_of(x).loss.item());
      }
    }
    const blame::Culprit& feature = find(report.features, "feature 2");
    EXPECT_EQ(feature.gradient, hs::grad(outcome.loss, x).array().at(2));
    std::vector<double> without = x.to_vector<double>();
    without[2] = 0;
    EXPECT_NEAR(feature.probability_after, outcome_of(hs::tensor(without, {1, 3})).probability.item(),
                tolerance::float64_rounding);
    EXPECT_LE(std::abs(report.paths.sum - report.features.total), tolerance::ledger * report.paths.moved);
  }
}

TEST(Prediction, SaysWhatItIs) {
  const Known net;
  const auto report =
      blame::explain_prediction(net.outcome(), {.most = 1, .feature_names = {"height", "weight"}});
  EXPECT_EQ(
      to_text(report),
      "probability of the true class 0.1192, loss 2.127\n"
      "Features, by what the loss would lose with each at its mean (to first order); the largest 1 of 2, "
      "which "
      "in all have 1.762:\n"
      "        1.321  weight = 3; at its mean: probability 0.1192 -> 0.3775\n"
      "Hidden units, by what the loss would lose with each silenced (to first order); the largest 1 of 2, "
      "which "
      "in all have 1.762:\n"
      "        1.762  unit 0 of module 1 = 8, was active; silenced: probability 0.1192 -> 0.5\n"
      "  unit 1 of module 1 was inactive: no blame\n"
      "Weights, by what the loss would lose with each set to 0 (to first order); the largest 1 of 9, which "
      "in all "
      "have 3.523:\n"
      "        1.762  2.weight[0, 0] = 0.25; set to 0: probability 0.1192 -> 0.5\n"
      "From the loss to the features, times how far each is from its mean: 1 of 2 paths, 75.0 % of all that "
      "is moved\n"
      "         1.3212  loss -(0.880797)-> 2.add[0, 0] -(0.25)-> 1.test_doubled[0, 0] -(2)-> 0.add[0, 0] "
      "-(1)-> "
      "x[0, 1] * 3\n"
      "       0.440399  the other 1 path\n");
  EXPECT_NE(
      to_markdown(document(report)).find("| 1.762 | unit 0 of module 1 | 8 | was active | 0.1192 -> 0.5 |"),
      std::string::npos);
  EXPECT_NE(to_markdown(document(report))
                .find("**`x`**: the gradient times the weights of its elements 1.76159 is the sum "
                      "over 2 paths; backpropagation gives 1.76159 (difference "),
            std::string::npos)
      << to_markdown(document(report));
  EXPECT_EQ(to_markdown(document(report)).find("| sample |"), std::string::npos)
      << "nothing was said of samples";
  const auto json = hindsight::parse_json(to_json(report), "the output");
  EXPECT_EQ(json["units"]["count"], 2);
  EXPECT_FALSE(json["paths"].contains("gradient")) << "it is the gradient times the weights";
  EXPECT_EQ(json["paths"]["paths"][0]["weight"], 3.0);
  EXPECT_EQ(json["without_blame"][0], "unit 1 of module 1");
}

TEST(Prediction, ThePrintedFactorsOfAPathMultiplyToItsContribution) {
  const auto report = blame::explain_prediction(Known().outcome(), {.most = 9, .reference = {0.5, -4}});
  ASSERT_EQ(report.paths.paths.size(), 2u);
  for (const blame::Path& path : report.paths.paths) {
    double product = path.weight;
    for (const blame::Step& step : path.steps) product *= step.factor;
    EXPECT_NEAR(product, path.contribution, tolerance::proof_rounding);
  }
  EXPECT_NE(to_text(report).find("-(1)-> x[0, 1] * 7\n"), std::string::npos) << to_text(report);
}

TEST(Prediction, SaysSoWhereNothingReachesTheFeatures) {
  Known net;
  net.x = hs::tensor({{1, -9}}, {.dtype = hs::float64, .requires_grad = true}).named("x");  // z = (-8, -1)
  const std::string text = to_text(blame::explain_prediction(net.outcome()));
  EXPECT_NE(text.find("Features: with none of the 2 at its mean would the loss change (to first order)\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("times how far each is from its mean: none, as no active one reaches x\n"),
            std::string::npos)
      << text;
}

TEST(Prediction, RefusesWhatItCannotExplain) {
  const Known net;
  const blame::Outcome outcome = net.outcome();
  expect_error<hs::ShapeError>(
      [&] {
        blame::explain_prediction(outcome, {.reference = {1, 2, 3}});
      },
      "explain_prediction: there are 2 features, and the reference has 3 numbers");
  expect_error<hs::ShapeError>(
      [&] {
        blame::explain_prediction({outcome.features, outcome.loss, net.x});
      },
      "explain_prediction: the probability has shape [1, 2] and must be a scalar: that of the true class");
  expect_error<hs::ValueError>(
      [&] {
        blame::explain_prediction({net.x.detach(), outcome.loss, outcome.probability});
      },
      "explain_prediction: the loss must depend on the features, and these require a gradient: give the leaf "
      "that the model was called with, after requires_grad_()");
}
