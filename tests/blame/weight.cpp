#include <gtest/gtest.h>

#include <hindsight/blame/weight.hpp>

#include "base/json.hpp"
#include "expect_error.hpp"
#include "networks/networks.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace blame = hindsight::blame;
namespace nn = hindsight::nn;
using hs::Tensor;

namespace {

blame::Problem problem_of(const nn::Sequential& model, std::int64_t samples, std::int64_t features) {
  const Tensor x = hs::randn({samples, features}, {.dtype = hs::float64});
  const Tensor y = (hs::randn({samples, 1}, {.dtype = hs::float64}) > 0).to(hs::float64);
  return {[model](const Tensor& f, const Tensor& t) { return nn::BCEWithLogitsLoss()(model(f), t); }, x, y};
}

/// relu(x · w) · v with mean: w = 2, v = 3 over samples 1, −1 and 5.
struct Known {
  hs::Parameter w{"w", hs::tensor({{2}}, {.dtype = hs::float64})};
  hs::Parameter v{"v", hs::tensor({{3}}, {.dtype = hs::float64})};
  blame::Problem problem{[this](const Tensor& x, const Tensor& t) {
                           return (hs::matmul(hs::relu(hs::matmul(x, w.value())), v.value()) - t).mean();
                         },
                         hs::tensor({{1}, {-1}, {5}}, {.dtype = hs::float64}),
                         hs::zeros({3, 1}, {.dtype = hs::float64})};
};

}  // namespace

TEST(Weight, OfAKnownNetworkIsThatOfMathematics) {
  const Known net;
  const auto report = blame::explain_weight(net.problem, net.w, 0);
  EXPECT_EQ(report.weight, "w[0, 0]");
  EXPECT_EQ(report.value, 2);
  EXPECT_DOUBLE_EQ(report.gradient, 6);  // (1 + 5) · 3 / 3
  ASSERT_EQ(report.terms.size(), 2u) << "the second sample's unit is inactive";
  EXPECT_EQ(report.terms[0].sample, 2);
  EXPECT_DOUBLE_EQ(report.terms[0].delta, 1);
  EXPECT_EQ(report.terms[0].activation, 5);
  EXPECT_EQ(report.terms[0].place, "matmul[0]");
  EXPECT_NEAR(report.numerical, 6, tolerance::first_derivative);
  EXPECT_EQ(report.chain.sum, 15) << "of the third sample alone, before the mean";
}

TEST(Weight, OfRandomNetworksSumsToTheGradientAndAgreesWithDifferences) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    hs::manual_seed(seed);
    const nn::Sequential model(nn::Linear(3, 4, {.dtype = hs::float64}), nn::Tanh(),
                               nn::Linear(4, 2, {.dtype = hs::float64}), nn::SiLU(),
                               nn::Linear(2, 1, {.dtype = hs::float64}));
    const blame::Problem problem = problem_of(model, 300, 3);  // more than one tile
    const Tensor loss = problem.loss(problem.features, problem.targets);
    for (const hs::Parameter& parameter : model.parameters()) {
      const std::int64_t element = seed % parameter.shape().elements();
      const auto report = blame::explain_weight(problem, parameter, element, {.terms = 5});
      const double gradient = hs::grad(loss, parameter.value()).array().at(element);
      EXPECT_LE(std::abs(report.gradient - gradient), tolerance::ledger * report.moved) << report.weight;
      double terms = report.rest;
      for (const auto& term : report.terms) terms += term.contribution();
      EXPECT_LE(std::abs(terms - gradient), tolerance::ledger * report.moved) << report.weight;
      EXPECT_LE(report.difference(), tolerance::first_derivative) << report.weight;
      EXPECT_EQ(report.checked, 300u);
    }
  }
}

TEST(Weight, CountsAWeightThatIsUsedTwiceWhereverItIsUsed) {
  hs::manual_seed(1);
  const nn::Linear shared(2, 2, {.dtype = hs::float64});
  const nn::Sequential model(shared, nn::Tanh(), shared, nn::Linear(2, 1, {.dtype = hs::float64}));
  const blame::Problem problem = problem_of(model, 10, 2);
  const Tensor gradient =
      hs::grad(problem.loss(problem.features, problem.targets), model.parameters()[0].value());
  const auto report = blame::explain_weight(problem, model.parameters()[0], 1);
  EXPECT_EQ(report.term_count, 20u);
  EXPECT_LE(std::abs(report.gradient - gradient.array().at(1)), tolerance::ledger * report.moved);
}

TEST(Weight, DoesNotDependOnThreadsOrModes) {
  hs::manual_seed(5);
  const nn::Sequential model(nn::Linear(2, 3, {.dtype = hs::float64}), nn::Tanh(),
                             nn::Linear(3, 1, {.dtype = hs::float64}));
  const blame::Problem problem = problem_of(model, 2000, 2);
  const int before = hs::num_threads();
  hs::set_num_threads(1);
  const auto alone = blame::explain_weight(problem, model.parameters()[0], 2);
  hs::set_num_threads(4);
  const hs::NoGrad no_grad;
  const auto shared = blame::explain_weight(problem, model.parameters()[0], 2);
  hs::set_num_threads(before);
  EXPECT_EQ(shared.gradient, alone.gradient);
  EXPECT_EQ(to_json(shared), to_json(alone));
}

TEST(Weight, WorksOnOperationsThatOnlyThisTestKnows) {
  const hs::Parameter w("w", hs::randn({3, 4}, {.dtype = hs::float64}));
  const blame::Problem problem{
      [&](const Tensor& x, const Tensor& t) {
        return hs::pow(networks::mixed(networks::doubled(hs::matmul(x, w.value())), 2) - t, 2).mean();
      },
      hs::randn({7, 3}, {.dtype = hs::float64}), hs::randn({7, 4}, {.dtype = hs::float64})};
  const Tensor gradient = hs::grad(problem.loss(problem.features, problem.targets), w.value());
  for (std::int64_t element = 0; element < 12; ++element) {
    const auto report = blame::explain_weight(problem, w, element);
    EXPECT_LE(std::abs(report.gradient - gradient.array().at(element)), tolerance::ledger * report.moved);
  }
}

TEST(Weight, ChecksTheSamplesThatMoveMostWhereThereAreMany) {
  hs::manual_seed(2);
  const nn::Sequential model(nn::Linear(2, 3, {.dtype = hs::float64}), nn::Tanh(),
                             nn::Linear(3, 1, {.dtype = hs::float64}));
  const blame::Problem problem = problem_of(model, 1500, 2);
  const auto report = blame::explain_weight(problem, model.parameters()[0], 0);
  EXPECT_EQ(report.checked, blame::WeightReport::most_checked);
  EXPECT_NE(report.compared, report.gradient);
  EXPECT_LE(report.difference(), tolerance::first_derivative);
}

TEST(Weight, SaysSoWhereNoSampleContributes) {
  const hs::Parameter w("w", hs::tensor({{-1}}, {.dtype = hs::float64}));
  const blame::Problem problem{
      [&](const Tensor& x, const Tensor& t) { return (hs::relu(hs::matmul(x, w.value())) - t).mean(); },
      hs::tensor({{1}, {2}}, {.dtype = hs::float64}), hs::zeros({2, 1}, {.dtype = hs::float64})};
  const auto report = blame::explain_weight(problem, w, 0);
  EXPECT_NE(to_text(report).find("\nNo sample contributes: no active path leads to this weight\n"),
            std::string::npos);
  EXPECT_NE(
      to_markdown(document(report)).find("\nNo sample contributes: no active path leads to this weight.\n"),
      std::string::npos);
}

TEST(Weight, SaysWhatItIs) {
  const Known net;
  const auto report = blame::explain_weight(net.problem, net.w, 0, {.terms = 1});
  const std::string text = to_text(report);
  EXPECT_EQ(text.substr(0, text.find("  numerically")),
            "w[0, 0] = 2\ndloss/d(w[0, 0]) = 6, the sum over 3 samples of delta * activation\n");
  EXPECT_EQ(text.substr(text.find("Terms")),
            "Terms that are not 0: 2; the largest 1 move 83.3 % of all\n"
            "              5 = 1 * 5  sample 2: delta at matmul[0]\n"
            "              1  the other 1 term\n"
            "\nThe chain of sample 2 alone, before the mean over 3 samples:\n"
            "dloss/d(w[0, 0]) = 15, the sum over 1 path; backpropagation gives 15 (difference 0.0e+00)\n"
            "Samples: 1 of 1\n             15  sample 2\n"
            "Paths: 1 of 1 path, 100.0 % of all that is moved\n"
            "             15  sample 2: loss -(3)-> relu[0, 0] -(5)-> w[0, 0]\n");
  EXPECT_NE(to_markdown(document(report)).find("| 5 | sample 2 | 1 | 5 | `matmul[0]` |"), std::string::npos);
  const auto json = hindsight::parse_json(to_json(report), "the output");
  EXPECT_EQ(json["terms"][0]["sample"], 2);
  EXPECT_EQ(json["chain"]["sum"], 15.0);
}

TEST(Weight, RefusesWhatItCannotExplain) {
  const Known net;
  expect_error<hs::IndexError>([&] { blame::explain_weight(net.problem, net.w, 1); },
                               "explain_weight: there is no element 1 in w of shape [1, 1], which has 1");
  const hs::Parameter other("other", hs::tensor({1}, {.dtype = hs::float64}));
  expect_error<hs::ValueError>([&] { blame::explain_weight(net.problem, other, 0); },
                               "explain_weight: the loss does not depend on other");
  const hs::Parameter single("single", hs::tensor({1}));
  expect_error<hs::DTypeError>(
      [&] { blame::explain_weight(net.problem, single, 0); },
      "explain_weight: single is float32; convert the model and its data with .to(hs::float64)");
}

TEST(Weight, TakesALossThatScalesItsSamplesItself) {
  const Known net;
  const blame::Problem scaled{
      [&](const Tensor& x, const Tensor& t) { return net.problem.loss((x - 1) / 2, t); },
      hs::tensor({{3}, {-1}, {11}}, {.dtype = hs::float64}), net.problem.targets};
  const auto report = blame::explain_weight(scaled, net.w, 0);
  EXPECT_DOUBLE_EQ(report.gradient, 6) << "(3 - 1) / 2 = 1, (-1 - 1) / 2 = -1, (11 - 1) / 2 = 5";
  ASSERT_EQ(report.terms.size(), 2u);
  EXPECT_EQ(report.terms[0].activation, 5);
  EXPECT_EQ(report.chain.sum, 15);
}
