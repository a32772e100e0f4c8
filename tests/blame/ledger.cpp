#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/blame.hpp>

#include "base/json.hpp"
#include "expect_error.hpp"
#include "networks/networks.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace blame = hindsight::blame;
namespace nn = hindsight::nn;
using hs::Tensor;

namespace {

/// Every path from `at` down to element `element` of `target`, by trying all: the products of their local
/// derivatives.
void enumerate(const Tensor& at, std::int64_t element, double product, const Tensor& target,
               std::int64_t wanted, std::vector<double>& paths) {
  if (at.is(target)) {
    if (element == wanted && product != 0) paths.push_back(product);
    return;
  }
  if (at.is_leaf() || !at.requires_grad()) return;
  for (const hs::LocalDerivative& d : hs::local_derivatives(at, element))
    enumerate(at.input(d.input), d.element, product * d.value, target, wanted, paths);
}

std::vector<double> all_paths(const Tensor& loss, const Tensor& target, std::int64_t element) {
  std::vector<double> paths;
  enumerate(loss, 0, 1, target, element, paths);
  std::sort(paths.begin(), paths.end(), [](double a, double b) { return std::abs(a) > std::abs(b); });
  return paths;
}

/// The lesson's kind of network with the numbers of mathematics: 2 samples, 2 units, one of which is inactive
/// on the second sample.
struct Known {
  Tensor x = hs::tensor({{1, 2}, {3, 4}}, {.dtype = hs::float64}).named("x");
  Tensor w = hs::tensor({{1, -1}, {1, 0}}, {.dtype = hs::float64, .requires_grad = true}).named("w");
  Tensor v = hs::tensor({{2}, {5}}, {.dtype = hs::float64, .requires_grad = true}).named("v");
  Tensor hidden = hs::relu(hs::matmul(x, w) + hs::tensor({0, 2}, {.dtype = hs::float64}));
  Tensor loss = hs::matmul(hidden, v).mean();
};

}  // namespace

TEST(Ledger, OfAKnownNetworkIsThatOfMathematics) {
  // hidden = relu([[3, 1], [7, -1]]), so dloss/dw[0, 0] = (1·2 + 3·2)/2 and dloss/dw[0, 1] = (1·5 + 0)/2.
  const Known net;
  const auto first = blame::ledger(net.loss, net.w, 0, {.data = net.x});
  EXPECT_EQ(first.target, "w[0, 0]");
  EXPECT_EQ(first.sum, 4);
  EXPECT_EQ(first.gradient, 4);
  EXPECT_EQ(first.path_count, 2);
  ASSERT_EQ(first.paths.size(), 2u);
  EXPECT_EQ(first.paths[0].sample, 1);
  EXPECT_EQ(first.paths[0].contribution, 3);
  EXPECT_EQ(first.paths[1].contribution, 1);
  EXPECT_EQ(first.share(), 1);
  ASSERT_EQ(first.samples.size(), 2u);
  EXPECT_EQ(first.samples[0].contribution, 1);
  EXPECT_EQ(first.samples[1].contribution, 3);

  const auto second = blame::ledger(net.loss, net.w, 1, {.data = net.x});
  EXPECT_EQ(second.sum, 2.5);
  EXPECT_EQ(second.path_count, 1) << "an inactive unit passes nothing on";
  ASSERT_EQ(second.samples.size(), 1u);
  EXPECT_EQ(second.samples[0].sample, 0);
}

TEST(Ledger, ListsTheLargestAndSumsUpTheRest) {
  const Known net;
  const auto ledger = blame::ledger(net.loss, net.w, 0, {.paths = 1, .data = net.x});
  ASSERT_EQ(ledger.paths.size(), 1u);
  EXPECT_EQ(ledger.listed(), 3);
  EXPECT_EQ(ledger.rest(), 1);
  EXPECT_EQ(ledger.moved, 4);
  EXPECT_EQ(ledger.share(), 0.75);
}

TEST(Ledger, SharesOutWhatPathsMoveEvenWhereTheyCancel) {
  const Tensor x = hs::tensor({1.0}, {.dtype = hs::float64, .requires_grad = true}).named("x");
  const auto ledger = blame::ledger((3.0 * x - 2.0 * x).sum(), x, 0);
  EXPECT_EQ(ledger.listed(), 1);
  EXPECT_EQ(ledger.moved, 5);
  EXPECT_EQ(ledger.share(), 1) << "both paths are listed";
}

TEST(Ledger, WeighsTheElementsOfItsTarget) {
  const Known net;
  const Tensor weights = hs::tensor({{1, 0}, {0, -2}}, {.dtype = hs::float64});
  const auto ledger = blame::ledger(net.loss, net.w, weights, {.data = net.x});
  // dloss/dw = [[4, 2.5], [6, 5]]
  EXPECT_EQ(ledger.target, "w");
  EXPECT_EQ(ledger.gradient, 4 - 2 * 5);
  EXPECT_EQ(ledger.sum, -6);
}

TEST(Ledger, TellsWhatPassesAroundTheSamples) {
  const Known net;
  const Tensor loss = net.loss + (net.w * net.w).sum() * 0.5;
  const auto ledger = blame::ledger(loss, net.w, 0, {.data = net.x});
  EXPECT_EQ(ledger.sum, 5);
  ASSERT_EQ(ledger.samples.size(), 3u);
  EXPECT_EQ(ledger.samples[0].sample, blame::Ledger::no_sample);
  EXPECT_EQ(ledger.samples[0].contribution, 1) << "w · w is two paths, of 0.5 each";
  EXPECT_EQ(ledger.path_count, 4);
}

TEST(Ledger, GivesElementsOfTheDataToTheirSamples) {
  const Known net;
  const Tensor x = net.x.requires_grad_();
  const Tensor loss = hs::relu(hs::matmul(x, net.w)).sum();
  const auto ledger = blame::ledger(loss, x, hs::ones({2, 2}, {.dtype = hs::float64}), {.data = x});
  ASSERT_EQ(ledger.samples.size(), 2u);
  EXPECT_EQ(ledger.samples[0].contribution + ledger.samples[1].contribution, ledger.gradient);
}

TEST(Ledger, OfAThousandRandomNetworksSumsToTheGradient) {
  for (std::uint32_t number = 0; number < 1000; ++number) {
    const auto net = networks::random_network(number);
    for (const auto& [name, parameter] : net.model.named_parameters()) {
      const std::int64_t element = (number + 1) % parameter.shape().elements();
      const auto ledger =
          blame::ledger(net.loss, parameter.value(), element, {.paths = 3, .data = net.features});
      const double scale = std::max(ledger.moved, std::abs(ledger.gradient));
      EXPECT_LE(std::abs(ledger.sum - ledger.gradient), tolerance::ledger * scale)
          << name << " element " << element << " of " << net.description;
      double of_samples = 0;
      for (const auto& share : ledger.samples) of_samples += share.contribution;
      EXPECT_LE(std::abs(of_samples - ledger.gradient), tolerance::ledger * scale) << net.description;
      EXPECT_LE(std::abs(ledger.listed() + ledger.rest() - ledger.gradient), tolerance::ledger * scale);
    }
  }
}

TEST(Ledger, FindsTheLargestPathsThatTryingAllOfThemFinds) {
  std::size_t compared = 0, with_rest = 0;
  for (std::uint32_t number = 0; number < 180; ++number) {
    const auto net = networks::random_network(number);
    for (const auto& [name, parameter] : net.model.named_parameters()) {
      const Tensor target = parameter.value();
      const std::vector<double> all = all_paths(net.loss, target, 0);
      const auto ledger = blame::ledger(net.loss, target, 0, {.paths = 5, .data = net.features});
      EXPECT_EQ(ledger.path_count, static_cast<double>(all.size())) << name << " of " << net.description;
      ASSERT_EQ(ledger.paths.size(), std::min<std::size_t>(5, all.size()));
      for (std::size_t k = 0; k < ledger.paths.size(); ++k)
        EXPECT_NEAR(std::abs(ledger.paths[k].contribution), std::abs(all[k]),
                    tolerance::ledger * std::abs(all[k]))
            << k << " " << name << " of " << net.description;
      compared += ledger.paths.size();
      with_rest += all.size() > 5;
    }
  }
  EXPECT_GT(compared, 2000u);
  EXPECT_GT(with_rest, 200u) << "else best first and all are the same";
}

TEST(Ledger, PathsAreProductsOfWhatTheirOperationsState) {
  const auto net = networks::random_network(15);  // an operation that is defined in this test
  const auto ledger = blame::ledger(net.loss, net.model.parameters()[0].value(), 0);
  ASSERT_FALSE(ledger.paths.empty());
  for (const blame::Path& path : ledger.paths) {
    double product = 1;
    for (const blame::Step& step : path.steps) product *= step.factor;
    EXPECT_DOUBLE_EQ(product, path.contribution);
    EXPECT_EQ(blame::place(ledger, path.steps.front()), "loss");
    EXPECT_EQ(blame::place(ledger, path.steps.back()), ledger.target);
  }
}

TEST(Ledger, FindsTheLargestOfMorePathsThanCouldBeTried) {
  hs::manual_seed(1);
  std::vector<nn::Module> layers;
  for (int layer = 0; layer < 8; ++layer) {
    layers.push_back(nn::Linear(20, 20, {.dtype = hs::float64}));
    layers.push_back(nn::Tanh());
  }
  const nn::Sequential model(layers);
  const Tensor x = hs::randn({1, 20}, {.dtype = hs::float64});
  const Tensor loss = model(x).sum();
  const auto ledger = blame::ledger(loss, model.parameters()[0].value(), 0, {.paths = 20, .data = x});
  EXPECT_EQ(ledger.path_count, std::pow(20.0, 7));
  ASSERT_EQ(ledger.paths.size(), 20u);
  EXPECT_LE(std::abs(ledger.sum - ledger.gradient), tolerance::ledger * ledger.moved);
  EXPECT_LT(ledger.share(), 0.01);
}

TEST(Ledger, SaysWhatItIs) {
  const Known net;
  EXPECT_EQ(to_text(blame::ledger(net.loss, net.w, 0, {.paths = 1, .data = net.x}), 1),
            "dloss/d(w[0, 0]) = 4, the sum over 2 paths; backpropagation gives 4 (difference 0.0e+00)\n"
            "Samples: 1 of 2\n"
            "              3  sample 1\n"
            "              1  the other 1 sample\n"
            "Paths: 1 of 2 paths, 75.0 % of all that is moved\n"
            "              3  sample 1: loss -(0.5)-> sum -(2)-> relu[1, 0] -(3)-> w[0, 0]\n"
            "              1  the other 1 path\n");
  EXPECT_EQ(to_markdown(document(blame::ledger(net.loss, net.w, 1, {.data = net.x}))),
            "**`w[0, 1]`**: the gradient 2.5 is the sum over 1 path; backpropagation gives 2.5 (difference "
            "0.0e+00).\n\n"
            "| contribution | sample |\n|---:|---|\n| 2.5 | sample 0 |\n\n"
            "Paths: 1 of 1 path, 100.0 % of all that is moved.\n\n"
            "| contribution | path |\n|---:|---|\n"
            "| 2.5 | `loss -(0.5)-> sum -(5)-> relu[0, 1] -(1)-> w[0, 1]` |\n");
  const auto json = hindsight::parse_json(
      to_json(blame::ledger(net.loss, net.w, 0, {.paths = 1, .data = net.x})), "the output");
  EXPECT_EQ(json["sum"], 4.0);
  EXPECT_EQ(json["rest"], 1.0);
  EXPECT_EQ(json["paths_in_all"], 2.0);
  EXPECT_EQ(json["samples"].size(), 2u);
  EXPECT_EQ(json["paths"][0]["steps"].back()["place"], "w[0, 0]");
}

TEST(Ledger, TakesALossInOneStepHoweverItIsWritten) {
  hs::manual_seed(4);
  const nn::Sequential model(nn::Linear(2, 3, {.dtype = hs::float64}), nn::Tanh(),
                             nn::Linear(3, 2, {.dtype = hs::float64}));
  const Tensor x = hs::randn({4, 2}, {.dtype = hs::float64}), t = hs::rand({4, 2}, {.dtype = hs::float64});
  const Tensor w = model.parameters()[0].value();
  const auto written = [&](const std::function<Tensor(const Tensor&)>& loss) {
    const Tensor z = model(x);
    const Tensor value = loss(z) + 0.1 * hs::pow(w, 2).sum();  // and a penalty, which passes no module
    const auto apart = blame::ledger(value, w, 1, {.paths = 1000, .data = x});
    const auto joined = blame::ledger(value, w, 1, {.paths = 1000, .data = x, .loss_in_one_step = true});
    EXPECT_LE(std::abs(joined.sum - apart.sum), tolerance::ledger * apart.moved);
    EXPECT_LE(joined.moved, apart.moved * (1 + tolerance::ledger));
    EXPECT_EQ(joined.paths.size(), 4u * 2u + 1u)
        << "one hidden unit, two logits of four samples, and the penalty";
    const Tensor deltas = hs::grad(value, z);
    for (const blame::Path& path : joined.paths)
      if (path.sample >= 0) {
        EXPECT_EQ(joined.nodes[path.steps[1].node].name, "2.add");
        EXPECT_NEAR(path.steps[1].factor, deltas.array().at(path.steps[1].element),
                    tolerance::proof_rounding);
      }
    EXPECT_EQ(joined.samples.size(), 5u) << "four, and none for the penalty";
    for (std::size_t i = 0; i < std::min(joined.samples.size(), apart.samples.size()); ++i)
      EXPECT_NEAR(joined.samples[i].contribution, apart.samples[i].contribution,
                  tolerance::ledger * apart.moved);
    return joined;
  };
  const auto logistic = written([&](const Tensor& z) { return nn::BCEWithLogitsLoss()(z, t); });
  const auto by_hand = written([&](const Tensor& z) {
    return -(t * hs::log(hs::sigmoid(z)) + (1 - t) * hs::log(1 - hs::sigmoid(z))).mean();
  });
  EXPECT_NEAR(logistic.moved, by_hand.moved, tolerance::ledger * logistic.moved);
}

TEST(Ledger, RefusesWhatItCannotDecompose) {
  const Known net;
  expect_error<hs::ShapeError>(
      [&] { blame::ledger(net.hidden, net.w, 0); },
      "ledger: the loss has shape [2, 2] and must be a scalar; take its mean or sum");
  expect_error<hs::IndexError>([&] { blame::ledger(net.loss, net.w, 4); },
                               "ledger: there is no element 4 in shape [2, 2], which has 4");
  expect_error<hs::ValueError>([&] { blame::ledger(net.loss, net.x, 0); },
                               "ledger: the loss does not depend on x[0, 0], or no gradient flows into it");
  expect_error<hs::ValueError>(
      [&] {
        blame::ledger(net.loss, net.w, 0, {.data = hs::ones({2, 2}, {.dtype = hs::float64})});
      },
      "ledger: the loss does not depend on the data that were given; give the tensor itself that the model "
      "was called with");
  expect_error<hs::ShapeError>(
      [&] { blame::ledger(net.loss, net.w, hs::ones({2}, {.dtype = hs::float64})); },
      "ledger: the weights have shape [2] and the target [2, 2]; they must be alike");
  const Tensor single = hs::tensor({1.0}, {.requires_grad = true});
  expect_error<hs::DTypeError>(
      [&] { blame::ledger(single.sum(), single, 0); },
      "ledger: the loss is float32, and contributions are to add up to the last digits: convert the model "
      "and its data with .to(hs::float64)");
  const Tensor zero = hs::tensor({0.0}, {.dtype = hs::float64, .requires_grad = true}).named("zero");
  expect_error<hs::ValueError>([&] { blame::ledger(hs::sqrt(zero).sum(), zero, 0); },
                               "ledger: a derivative between the loss and zero[0] is not finite; "
                               "DetectAnomaly names where it comes from");
}
