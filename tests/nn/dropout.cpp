#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;
using hs::Tensor;
using Floats = std::vector<float>;

namespace {

const Tensor many = hs::ones({1000});

struct Network {
  hs::data::Dataset data = hs::data::spirals({.points_per_class = 10, .dtype = hs::float64});
  nn::Sequential model = [] {
    hs::manual_seed(5);
    return nn::Sequential(nn::Linear(2, 8), nn::ReLU(), nn::Dropout({.p = 0.25}), nn::Linear(8, 1));
  }();

  Network() { model.to(hs::float64); }
  Tensor loss(const Tensor& x, const Tensor& t) const { return nn::MSELoss()(model(x), t); }
};

}  // namespace

TEST(Dropout, DropsItsShareAndScalesTheRest) {
  hs::manual_seed(1);
  const Floats y = nn::Dropout({.p = 0.2})(many).to_vector<float>();
  std::size_t dropped = 0;
  for (const float element : y) {
    EXPECT_TRUE(element == 0 || element == 1.25F);
    dropped += element == 0 ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(dropped), 200, 51) << "within four standard deviations, 4·√(1000·0.2·0.8)";
}

TEST(Dropout, IsTheIdentityInEvaluationAndForNoShare) {
  const nn::Dropout layer;
  layer.eval();
  EXPECT_TRUE(layer(many).is(many));
  EXPECT_TRUE(nn::Dropout({.p = 0})(many).is(many));
}

TEST(Dropout, DrawsANewMaskAtEachUse) {
  const nn::Dropout layer, other;
  const Floats first = layer(many).to_vector<float>();
  EXPECT_NE(layer(many).to_vector<float>(), first);
  EXPECT_NE(other(many).to_vector<float>(), first);
}

TEST(Dropout, IsRepeatedByTheSeed) {
  const auto two_masks = [] {
    hs::manual_seed(7);
    const nn::Dropout layer;
    Floats masks = layer(many).to_vector<float>();
    for (const float element : layer(many).to_vector<float>()) masks.push_back(element);
    return masks;
  };
  EXPECT_EQ(two_masks(), two_masks());
}

TEST(Dropout, SendsTheGradientThroughTheSameMask) {
  const Tensor x = hs::full({1000}, 3, {.requires_grad = true});
  const Tensor y = nn::Dropout()(x);
  EXPECT_EQ((hs::grad(y.sum(), x) * 3).to_vector<float>(), y.to_vector<float>());
}

TEST(Dropout, HasNoWeightsAndNoState) {
  const nn::Dropout layer({.p = 0.25});
  (void)layer(many);
  EXPECT_TRUE(layer.parameters().empty());
  EXPECT_TRUE(layer.state_dict().empty());
  EXPECT_EQ(layer.str(), "Dropout(p=0.25)");
}

TEST(Dropout, RefusesWhatIsNoProbability) {
  expect_error<hs::ValueError>([] { nn::Dropout({.p = -0.1}); },
                               "Dropout: p is -0.1 and must be a probability, from 0 to 1");
}

TEST(Dropout, CompiledDrawsTheMasksOfTheEagerLoop) {
  const Network eager, compiled;
  const optim::Adam eager_optimizer(eager.model.parameters(), {.lr = 0.1}),
      optimizer(compiled.model.parameters(), {.lr = 0.1});
  auto step = hs::compile([&](Tensor x, Tensor t) { return compiled.loss(x, t); }, optimizer);
  std::vector<double> losses, eager_losses;
  hs::manual_seed(9);  // the seed of the masks is drawn at the first use
  for (int i = 0; i < 6; ++i) losses.push_back(step(compiled.data.features, compiled.data.targets));
  hs::manual_seed(9);
  for (int i = 0; i < 6; ++i) {
    const Tensor loss = eager.loss(eager.data.features, eager.data.targets);
    eager_losses.push_back(loss.item());
    eager_optimizer.zero_grad();
    loss.backward();
    eager_optimizer.step();
  }
  for (std::size_t i = 0; i < losses.size(); ++i)
    EXPECT_NEAR(losses[i], eager_losses[i], tolerance::compiled_steps) << i;
}

TEST(Dropout, CompiledWithoutLearningStillChangesItsMask) {
  const Network s;
  const optim::SGD still(s.model.parameters(), {.lr = 0});
  auto step = hs::compile([&](Tensor x, Tensor t) { return s.loss(x, t); }, still);
  const double first = step(s.data.features, s.data.targets);
  EXPECT_NE(step(s.data.features, s.data.targets), first);
}

TEST(Dropout, CompiledFollowsTheModeOfTheModel) {
  const Network s;
  auto infer = hs::compile(s.model);
  (void)infer(s.data.features);
  (void)infer(s.data.features);
  s.model.eval();
  const Tensor compiled = infer(s.data.features), eager = s.model(s.data.features);
  for (std::int64_t i = 0; i < eager.elements(); ++i)
    EXPECT_NEAR(compiled.array().at(i), eager.array().at(i), tolerance::compiled_steps) << i;
  s.model.train();
  EXPECT_FALSE(infer(s.data.features).array().identical(infer(s.data.features).array()));
}
