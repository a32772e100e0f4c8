// Modules as a whole: copies, names, freezing, sharing.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;
using hs::Parameter;
using hs::Tensor;

namespace {

nn::Sequential network() {
  hs::manual_seed(2);
  return nn::Sequential(nn::Linear(2, 3), nn::Sequential(nn::PReLU(), nn::Dropout()), nn::GELU(),
                        nn::Linear(3, 1));
}

Tensor some() { return hs::tensor({{1, 2}, {-3, 0.5}}); }

}  // namespace

TEST(Clone, HasTheValuesAndHomesOfItsOwn) {
  const nn::Sequential model = network();
  model.eval();
  const nn::Sequential clone = nn::clone(model);
  EXPECT_EQ(clone.str(), model.str());
  EXPECT_EQ(clone(some()).to_vector<float>(), model(some()).to_vector<float>());
  const auto ours = model.named_parameters(), theirs = clone.named_parameters();
  ASSERT_EQ(theirs.size(), ours.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_EQ(theirs[i].first, ours[i].first);
    EXPECT_EQ(theirs[i].second.name(), ours[i].second.name());
    EXPECT_FALSE(theirs[i].second.is(ours[i].second));
  }
  const auto before = model.state_dict().at("0.weight").to_vector<float>();
  nn::init::zeros_(theirs[0].second);
  EXPECT_EQ(model.state_dict().at("0.weight").to_vector<float>(), before);
  EXPECT_NE(clone(some()).to_vector<float>(), model(some()).to_vector<float>())
      << "it runs on its own weights";
}

TEST(Clone, KeepsModesGradientsAndFreezing) {
  const nn::Sequential model = network();
  model.eval();
  model[0].requires_grad_(false);
  model(some()).sum().backward();
  const nn::Module clone = model.clone();
  EXPECT_FALSE(clone.training());
  EXPECT_FALSE(clone.parameters()[0].requires_grad());
  EXPECT_EQ(clone.parameters()[3].grad().to_vector<float>(), model.parameters()[3].grad().to_vector<float>());
  clone.train();
  clone.zero_grad();
  EXPECT_FALSE(model.training());
  EXPECT_TRUE(model.parameters()[3].grad().defined());
}

TEST(Clone, DrawsMasksAsTheOriginalWould) {
  const nn::Dropout dropout;
  dropout(hs::ones({8}));
  const nn::Dropout clone = nn::clone(dropout);
  EXPECT_EQ(clone(hs::ones({64})).to_vector<float>(), dropout(hs::ones({64})).to_vector<float>());
}

TEST(Clone, KeepsSharedWeightsShared) {
  const nn::Linear shared(2, 2);
  const nn::Sequential model(shared, nn::ReLU(), shared), clone = nn::clone(model);
  EXPECT_EQ(clone.parameters().size(), 2U);
  EXPECT_TRUE(clone[0].is(clone[2]));
  EXPECT_FALSE(clone[0].is(shared));
}

namespace {

class Scaled : public nn::Layer {
 public:
  Scaled() : scale_(add_parameter(Parameter("scale", hs::tensor({2.0})))), inner_(2, 2) {
    add_module("inner", inner_);
  }
  Tensor forward(std::span<const Tensor> inputs) override { return scale_.value() * inner_(only(inputs)); }
  std::string describe() const override { return "Scaled()"; }

 private:
  Parameter scale_;
  nn::Linear inner_;
};

class Unique : public nn::Layer {
 public:
  Tensor forward(std::span<const Tensor> inputs) override { return only(inputs); }
  std::string describe() const override { return "Unique()"; }

 private:
  std::unique_ptr<int> own_;
};

}  // namespace

TEST(Clone, OfALayerOfOnesOwnNeedsNoCode) {
  const nn::Module model(std::make_shared<Scaled>());
  const nn::Module clone = model.clone();
  EXPECT_EQ(clone(some()).to_vector<float>(), model(some()).to_vector<float>());
  nn::init::zeros_(clone.parameters()[0]);
  EXPECT_EQ(clone(some()).to_vector<float>(), std::vector<float>(4, 0));
  EXPECT_NE(model(some()).to_vector<float>(), std::vector<float>(4, 0));
}

TEST(Clone, SaysWhichLayerCannotBeCopied) {
  const nn::Sequential model{nn::Module(std::make_shared<Unique>())};
  expect_error<hs::StateError>(
      [&] { (void)model.clone(); },
      "clone: Unique() cannot be copied: give its layer a copy constructor, and hand it "
      "to Module as std::make_shared<ItsType>(...)");
  EXPECT_EQ(model(some()).to_vector<float>(), some().to_vector<float>()) << "and nothing has happened";
  EXPECT_TRUE(nn::Module(model).is(model));
}

TEST(Clone, OfAModelThatACompiledStepTrains) {
  const nn::Sequential model(nn::Linear(2, 3), nn::ReLU(), nn::Linear(3, 1));
  const optim::SGD optimizer(model.parameters(), {.lr = 0.1});
  auto step = hs::compile([&](const Tensor& x) { return model(x).sum(); }, optimizer);
  for (int i = 0; i < 3; ++i) step(some());
  const nn::Sequential clone = nn::clone(model);
  const auto then = clone.state_dict().at("2.weight").to_vector<float>();
  EXPECT_EQ(model.state_dict().at("2.weight").to_vector<float>(), then);
  step(some());
  EXPECT_EQ(clone.state_dict().at("2.weight").to_vector<float>(), then);
  EXPECT_NE(model.state_dict().at("2.weight").to_vector<float>(), then);
}

TEST(Module, AppliesAFunctionInsideOut) {
  std::vector<std::string> seen;
  const nn::Sequential model(nn::Linear(2, 3), nn::Sequential(nn::ReLU()));
  const nn::Module same = model.apply([&](const nn::Module& module) {
    seen.push_back(module.layer().describe());
    for (const Parameter& parameter : module.parameters())
      if (parameter.shape().size() == 1) nn::init::ones_(parameter);
  });
  EXPECT_TRUE(same.is(model));
  EXPECT_EQ(seen, (std::vector<std::string>{"Linear(in_features=2, out_features=3)", "ReLU()", "Sequential",
                                            "Sequential"}));
  EXPECT_EQ(model.parameters()[1].value().to_vector<float>(), (std::vector<float>{1, 1, 1}));
}

TEST(Module, NamesModulesAsPyTorchDoes) {
  const nn::ReLU shared;
  std::vector<std::string> names;
  for (const auto& [name, module] :
       nn::Sequential(shared, nn::Sequential(nn::Tanh(), shared)).named_modules())
    names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"", "0", "1", "1.0"}));
}

TEST(SharedWeights, CountOnceAndTheirGradientsAddUp) {
  const nn::Linear shared(2, 2, {.bias = false});
  shared.weight().assign(hs::tensor({{1, 2}, {3, 4}}));
  const nn::Sequential model(shared, shared);
  EXPECT_EQ(model.parameters().size(), 1U);
  const Tensor x = hs::tensor({{1, -1}});
  model(x).sum().backward();  // y = W W x: dL/dW = Wᵀ1·xᵀ + 1·(W x)ᵀ
  EXPECT_EQ(shared.weight().grad().to_vector<float>(), (std::vector<float>{4 - 1, -4 - 1, 6 - 1, -6 - 1}));
}

TEST(SharedWeights, AreInTheStateUnderEachName) {
  const nn::Linear shared(2, 2, {.bias = false});
  const nn::Sequential model(shared, nn::ReLU(), shared);
  auto state = model.state_dict();
  EXPECT_EQ(state.size(), 2U);
  EXPECT_TRUE(state.at("0.weight").array().identical(state.at("2.weight").array()));
  model.load_state_dict(state);
  state.erase("2.weight");
  expect_error<hs::ValueError>([&] { model.load_state_dict(state); },
                               "load_state_dict: the state lacks \"2.weight\" [2, 2]");
}

TEST(SharedWeights, TrainCompiledAsEager) {
  const auto trained = [](bool compiled) {
    hs::manual_seed(4);
    const nn::Linear shared(3, 3);
    const nn::Sequential model(shared, nn::Tanh(), shared);
    model.to(hs::float64);
    const optim::SGD optimizer(model.parameters(), {.lr = 0.1, .momentum = 0.5});
    const Tensor x(hs::Generator(1).uniform({5, 3}, -1, 1));
    const auto loss = [&](const Tensor& in) { return hs::pow(model(in), 2).mean(); };
    auto step = hs::compile(loss, optimizer);
    for (int i = 0; i < 10; ++i) {
      if (compiled) {
        step(x);
        continue;
      }
      optimizer.zero_grad();
      loss(x).backward();
      optimizer.step();
    }
    return shared.weight().value().to_vector<double>();
  };
  const auto eager = trained(false), compiled = trained(true);
  for (std::size_t i = 0; i < eager.size(); ++i)
    EXPECT_NEAR(compiled[i], eager[i], tolerance::compiled_steps);
}

TEST(Freezing, KeepsAWholeModuleAsItIs) {
  const nn::Sequential model(nn::Linear(2, 3), nn::ReLU(), nn::Linear(3, 1));
  model[0].requires_grad_(false);
  const optim::Adam optimizer(model.parameters(), {.lr = 0.1, .weight_decay = 0.1});
  auto step = hs::compile([&](const Tensor& x) { return model(x).sum(); }, optimizer);
  const auto moved = [&] {
    std::vector<bool> all;
    for (const Parameter& parameter : model.parameters()) all.push_back(parameter.version() > 0);
    return all;
  };
  step(some());
  optimizer.zero_grad();
  model(some()).sum().backward();
  optimizer.step();
  EXPECT_EQ(moved(), (std::vector<bool>{false, false, true, true}));
  model.requires_grad_();
  step(some());
  EXPECT_EQ(moved(), (std::vector<bool>{true, true, true, true}));
}

TEST(StateDict, NamesAllThatDoesNotFitAtOnce) {
  const nn::Sequential model(nn::Linear(2, 1), nn::Linear(1, 1));
  auto state = model.state_dict();
  state.erase("0.bias");
  state.erase("1.weight");
  state.emplace("9.weight", hs::ones({1}));
  state.insert_or_assign("0.weight", hs::ones({3, 3}));
  expect_error<hs::ValueError>(
      [&] { model.load_state_dict(state); },
      "load_state_dict: the state lacks \"0.bias\" [1]; the state lacks \"1.weight\" [1, 1]; the state has "
      "\"9.weight\", which the model does not; \"0.weight\" has shape [3, 3] in the state and [1, 2] in the "
      "model");
  expect_error<hs::ShapeError>(
      [&] { model.load_state_dict(state, {.strict = false}); },
      "load_state_dict: \"0.weight\" has shape [3, 3] in the state and [1, 2] in the model");
}

TEST(StateDict, LoadsInPartWhenItNeedNotBeStrict) {
  const nn::Sequential model(nn::Linear(2, 1));
  const nn::IncompatibleKeys keys =
      model.load_state_dict({{"0.bias", hs::ones({1})}, {"1.bias", hs::ones({1})}}, {.strict = false});
  EXPECT_EQ(keys.missing, std::vector<std::string>{"0.weight"});
  EXPECT_EQ(keys.unexpected, std::vector<std::string>{"1.bias"});
  EXPECT_EQ(model.state_dict().at("0.bias").item(), 1);
}
