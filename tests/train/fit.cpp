#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include <hindsight/error.hpp>
#include <hindsight/nn.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/optim.hpp>
#include <hindsight/train/fit.hpp>

#include "expect_error.hpp"

namespace nn = hindsight::nn;
namespace train = hindsight::train;
using hindsight::float64;
using hindsight::Tensor;
using hindsight::tensor;
using hindsight::ValueError;
using hindsight::data::Dataset;

namespace {

const Dataset training{
    tensor({{1, 2}, {-1, 0.5}, {0.3, -2}, {2, 1}, {-0.5, -1}}, {.dtype = float64}),
    tensor({1, 0, 0, 1, 0}, {.dtype = float64}).reshape({5, 1}),
};
const Dataset validation{
    tensor({{0.5, 0.5}, {-1, -1}, {1, -0.2}}, {.dtype = float64}),
    tensor({1, 0, 0}, {.dtype = float64}).reshape({3, 1}),
};

nn::Linear start() {
  nn::Linear model(2, 1, {.dtype = float64});
  model.load_state_dict(
      {{"weight", tensor({{0.1, -0.2}}, {.dtype = float64})}, {"bias", tensor({0.05}, {.dtype = float64})}});
  return model;
}

hindsight::optim::SGD sgd(const nn::Module& model, double lr = 0.1) {
  return {model.parameters(), {.lr = lr, .momentum = 0.9}};
}

}  // namespace

// The same in PyTorch, batches taken in the order of numpy.random.RandomState(7).permutation(5).
TEST(Fit, LearnsWhatPyTorchLearns) {
  for (const bool eager : {false, true}) {
    const nn::Linear model = start();
    hindsight::Generator generator(7);
    const auto history = train::fit(model, nn::BCEWithLogitsLoss(), sgd(model), training, validation,
                                    {.epochs = 3, .batch = 2, .eager = eager, .generator = &generator});
    const double train_loss[] = {0.7416514224178485, 0.42131342937879745, 0.1968620968147737};
    const double validation_loss[] = {0.6439783625285889, 0.5110773737236208, 0.4613476273012768};
    ASSERT_EQ(history.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(history[i].number, static_cast<std::int64_t>(i) + 1);
      EXPECT_NEAR(history[i].train_loss, train_loss[i], 1e-14);
      ASSERT_TRUE(history[i].validation.has_value());
      EXPECT_NEAR(history[i].validation->loss, validation_loss[i], 1e-14);
      EXPECT_NEAR(history[i].validation->accuracy, 2.0 / 3, 1e-15);
    }
    EXPECT_NEAR(model.weight().value().array().at(0), 1.14043285443679165, 1e-14);
    EXPECT_NEAR(model.weight().value().array().at(1), 1.28705253943596398, 1e-14);
    EXPECT_NEAR(model.bias().value().item(), -0.41052669307666434, 1e-14);
  }
}

TEST(Fit, TakesTheDefaultGeneratorWhenGivenNone) {
  const nn::Linear seeded = start(), given = start();
  hindsight::manual_seed(7);
  const auto a =
      train::fit(seeded, nn::BCEWithLogitsLoss(), sgd(seeded), training, {}, {.epochs = 2, .batch = 2});
  hindsight::Generator generator(7);
  const auto b = train::fit(given, nn::BCEWithLogitsLoss(), sgd(given), training, {},
                            {.epochs = 2, .batch = 2, .generator = &generator});
  EXPECT_EQ(a.back().train_loss, b.back().train_loss);
}

TEST(Fit, GoesWithoutValidation) {
  const nn::Linear model = start();
  const auto history =
      train::fit(model, nn::BCEWithLogitsLoss(), sgd(model), training, {}, {.epochs = 2, .batch = 100});
  ASSERT_EQ(history.size(), 2U);
  EXPECT_FALSE(history[1].validation.has_value());
  EXPECT_LT(history[1].train_loss, history[0].train_loss);
}

TEST(Fit, TellsHowFarItIsAndStopsWhenTold) {
  const nn::Linear model = start();
  std::vector<std::int64_t> done;
  const auto history = train::fit(model, nn::BCEWithLogitsLoss(), sgd(model), training, validation,
                                  {.epochs = 10,
                                   .batch = 2,
                                   .on_epoch = [](const train::Epoch& epoch) { return epoch.number < 2; },
                                   .on_batch =
                                       [&](const train::Progress& now) {
                                         EXPECT_EQ(now.samples, 5);
                                         done.push_back(100 * now.epoch + now.samples_done);
                                       }});
  EXPECT_EQ(history.size(), 2U);
  EXPECT_EQ(done, (std::vector<std::int64_t>{102, 104, 105, 202, 204, 205}));
}

TEST(Fit, LeavesTheModelInTheModeThatItCameIn) {
  const nn::Linear model = start();
  const nn::Sequential network(model, nn::Sigmoid());
  network.eval();
  const auto loss = [&](const Tensor& prediction, const Tensor& target) {
    EXPECT_EQ(network.training(), target.size(0) == 2);  // batches of 2; the validation samples are 3
    return nn::BCELoss()(prediction, target);
  };
  const Dataset four{training.features.slice(0, 0, 4), training.targets.slice(0, 0, 4)};
  train::fit(network, loss, sgd(network), four, validation, {.epochs = 1, .batch = 2, .eager = true});
  EXPECT_FALSE(network.training());
}

TEST(Fit, RefusesOptionsBelowOne) {
  const nn::Linear model = start();
  const auto fit = [&](const Dataset& samples, const train::FitOptions& options) {
    train::fit(model, nn::BCEWithLogitsLoss(), sgd(model), samples, {}, options);
  };
  expect_error<ValueError>([&] { fit(training, {.epochs = 0}); },
                           "fit: 0 epochs of batches of 32 samples were asked for; both must be at least 1");
  expect_error<ValueError>(
      [&] { fit(training, {.batch = -1}); },
      "fit: 100 epochs of batches of -1 samples were asked for; both must be at least 1");
  expect_error<ValueError>([&] { fit({}, {}); }, "fit: there are no training samples");
  expect_error<hindsight::ShapeError>(
      [&] {
        fit({training.features, validation.targets}, {});
      },
      "fit: the training features are [5, 2] and the targets [3, 1]; there must be one target a row");
}

TEST(Fit, StopsWhenTheLossIsNoLongerFinite) {
  const nn::Linear model = start();
  hindsight::manual_seed(0);
  expect_error<ValueError>(
      [&] { train::fit(model, nn::MSELoss(), sgd(model, 1e200), training, {}, {.epochs = 5, .batch = 5}); },
      "training went astray in epoch 2: the loss is no longer finite; lower the learning rate");
}

// More samples than one chunk of the evaluation: the mean must not depend on where it is cut.
TEST(Evaluate, AveragesOverAllSamples) {
  const nn::Linear model = start();
  hindsight::Generator generator(1);
  const Dataset many{Tensor(generator.normal({2500, 2})),
                     (Tensor(generator.normal({2500, 1})) > 0).to(float64)};
  const auto score = train::evaluate(model, nn::BCEWithLogitsLoss(), many);
  EXPECT_NEAR(score.loss, nn::BCEWithLogitsLoss()(model(many.features), many.targets).item(), 1e-12);
  EXPECT_GT(score.accuracy, 0.4);
  EXPECT_LT(score.accuracy, 0.6);
}
