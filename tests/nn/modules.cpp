#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
using hs::Tensor;
using hs::tensor;

namespace {

std::vector<std::string> names(const nn::Module& module) {
  std::vector<std::string> all;
  for (const auto& [name, parameter] : module.named_parameters()) all.push_back(name);
  return all;
}

}  // namespace

TEST(Linear, IsXTimesWeightTransposedPlusBias) {
  const nn::Linear layer(2, 1);
  layer.weight().assign(tensor({{3, 4}}));
  layer.bias().assign(tensor({5}));
  EXPECT_EQ(layer(tensor({{1, 2}, {0, 1}})).to_vector<float>(), (std::vector<float>{16, 9}));
  EXPECT_EQ(layer.weight().shape(), (hs::Shape{1, 2})) << "stored out × in";
}

TEST(Linear, StartsUniformWithinOneOverTheRootOfItsInputs) {
  hs::manual_seed(1);
  const nn::Linear layer(100, 400);
  double largest = 0, sum = 0, squares = 0;
  for (const float w : layer.weight().value().data<float>()) {
    largest = std::max(largest, std::abs(static_cast<double>(w)));
    sum += w;
    squares += static_cast<double>(w) * w;
  }
  EXPECT_LE(largest, 0.1);
  EXPECT_NEAR(sum / 40000, 0, 4 * 0.1 / std::sqrt(3.0 * 40000)) << "mean 0, within four standard errors";
  EXPECT_NEAR(squares / 40000, 0.01 / 3, 0.0001) << "variance bound²/3";
}

TEST(Linear, SaysWhichLayerGotTheWrongInput) {
  const auto model = nn::Sequential(nn::Linear(2, 16), nn::ReLU(), nn::Linear(16, 1));
  const auto wrong = nn::Sequential(nn::ReLU(), nn::ReLU(), nn::Linear(16, 1));
  expect_error<hs::ShapeError>(
      [&] {
        wrong(hs::ones({200, 2}));
      },
      "Linear \"2\" expects 16 input features, but its input has shape [200, 2]; did you mean "
      "nn::Linear(2, 1)?");
  expect_error<hs::ShapeError>(
      [&] { model(hs::ones({})); },
      "Linear \"0\" expects 2 input features, but its input has shape []; it takes [batch, 2], so reshape "
      "it");
  expect_error<hs::ShapeError>(
      [&] {
        wrong(hs::ones({5, 1, 4, 4}));
      },
      "Linear \"2\" expects 16 input features, but its input has shape [5, 1, 4, 4]; it takes [batch, 16], "
      "so reshape it");
  expect_error<hs::DTypeError>(
      [&] {
        model(hs::ones({4, 2}, {.dtype = hs::float64}));
      },
      "Linear \"0\" is float32 and its input is float64: convert one with .to(hs::float32)");
}

TEST(Sequential, NamesParametersAsPyTorchDoes) {
  const auto inner = nn::Sequential(nn::Linear(2, 3), nn::Tanh());
  const auto model = nn::Sequential(inner, nn::Linear(3, 1));
  EXPECT_EQ(names(model), (std::vector<std::string>{"0.0.weight", "0.0.bias", "1.weight", "1.bias"}));
  EXPECT_EQ(model.parameters()[0].name(), "0.0.weight") << "a parameter knows its full name, for errors";
}

TEST(Sequential, PrintsAsPyTorchDoes) {
  EXPECT_EQ(nn::Sequential(nn::Linear(2, 16), nn::ReLU()).str(),
            "Sequential(\n  (0): Linear(in_features=2, out_features=16)\n  (1): ReLU()\n)");
}

TEST(Activations, ApplyTheirOperations) {
  const Tensor x = tensor({-2, 0, 3});
  const auto same = [&](const nn::Module& layer, const Tensor& y) {
    EXPECT_EQ(layer(x).to_vector<float>(), y.to_vector<float>()) << layer.str();
  };
  same(nn::ReLU(), hs::relu(x));
  same(nn::Sigmoid(), hs::sigmoid(x));
  same(nn::Tanh(), hs::tanh(x));
  same(nn::Softplus(), hs::softplus(x));
  same(nn::GELU(), hs::gelu(x));
  same(nn::SiLU(), hs::silu(x));
  same(nn::LeakyReLU(), hs::leaky_relu(x, 0.01));
  same(nn::LeakyReLU({.negative_slope = 0.3}), hs::leaky_relu(x, 0.3));
  same(nn::Softplus({.beta = 2, .threshold = 3}), hs::softplus(x, 2, 3));
  same(nn::GELU({.approximate = "tanh"}), hs::gelu(x, "tanh"));
  same(nn::ELU(), hs::elu(x, 1));
  same(nn::ELU({.alpha = 0.5}), hs::elu(x, 0.5));
  same(nn::SELU(), hs::selu(x));
  same(nn::Mish(), hs::mish(x));
  same(nn::Hardtanh(), hs::hardtanh(x, -1, 1));
  same(nn::Hardtanh({.min_val = -3, .max_val = 2}), hs::hardtanh(x, -3, 2));
  same(nn::ReLU6(), hs::relu6(x));
  same(nn::LogSigmoid(), hs::logsigmoid(x));
  same(nn::PReLU(), hs::leaky_relu(x, 0.25));
}

TEST(Activations, PrintTheirOptions) {
  EXPECT_EQ(nn::GELU().str(), "GELU()");
  EXPECT_EQ(nn::LeakyReLU({.negative_slope = 0.3}).str(), "LeakyReLU(negative_slope=0.3)");
  EXPECT_EQ(nn::GELU({.approximate = "tanh"}).str(), "GELU(approximate='tanh')");
  EXPECT_EQ(nn::Softplus().str(), "Softplus()");
  EXPECT_EQ(nn::Softplus({.beta = 2, .threshold = 20}).str(), "Softplus(beta=2, threshold=20)");
  EXPECT_EQ(nn::ELU({.alpha = 0.5}).str(), "ELU(alpha=0.5)");
  EXPECT_EQ(nn::Hardtanh({.max_val = 2.5}).str(), "Hardtanh(min_val=-1, max_val=2.5)");
  EXPECT_EQ(nn::PReLU({.num_parameters = 3}).str(), "PReLU(num_parameters=3)");
  EXPECT_EQ(nn::SELU().str() + nn::Mish().str() + nn::ReLU6().str() + nn::LogSigmoid().str(),
            "SELU()Mish()ReLU6()LogSigmoid()");
}

TEST(Activations, RefuseOptionsThatMeanNothing) {
  expect_error<hs::ValueError>([] { nn::GELU({.approximate = "sigmoid"}); },
                               "GELU: approximate is \"sigmoid\" and must be \"none\" or \"tanh\"");
  expect_error<hs::ValueError>([] { nn::Softplus({.beta = 0}); },
                               "Softplus: beta is 0 and must be another number: it divides");
  expect_error<hs::ValueError>([] { nn::Hardtanh({.min_val = 1, .max_val = 1}); },
                               "Hardtanh: min_val is 1 and max_val 1; min_val must be the smaller one");
}

TEST(PReLU, LearnsAWeightForEachChannel) {
  const nn::PReLU layer({.num_parameters = 2, .init = 0.5});
  EXPECT_EQ(names(layer), std::vector<std::string>{"weight"});
  layer(tensor({{-2, -4}, {-1, 3}})).sum().backward();
  EXPECT_EQ(layer.weight().grad().to_vector<float>(), (std::vector<float>{-3, -4}));
}

TEST(PReLU, SaysWhichLayerGotTheWrongChannels) {
  const nn::Sequential model(nn::ReLU(), nn::PReLU({.num_parameters = 3}));
  expect_error<hs::ShapeError>(
      [&] {
        model(hs::ones({5, 2}));
      },
      "PReLU \"1\" expects 3 channels along axis 1, but its input has shape [5, 2]; "
      "did you mean nn::PReLU({.num_parameters = 2})?");
  expect_error<hs::ValueError>([] { nn::PReLU({.num_parameters = 0}); },
                               "PReLU: num_parameters is 0 and must be at least 1");
}

TEST(Sequential, DrawsInitialWeightsInItsOwnOrderWhateverTheCompilerDoes) {
  hs::manual_seed(3);
  const auto model = nn::Sequential(nn::Linear(2, 3), nn::Linear(3, 1));
  hs::Generator generator(3);
  const double bound = 1 / std::sqrt(2.0);
  EXPECT_TRUE(
      model.parameters()[0].value().array().identical(generator.uniform({3, 2}, -bound, bound, hs::float32)));
}

TEST(Sequential, CountsSharedWeightsOnce) {
  const nn::Linear shared(2, 2);
  EXPECT_EQ(nn::Sequential(shared, nn::ReLU(), shared).parameters().size(), 2U);
}

TEST(Module, RecordsThePathOfEachNode) {
  const auto model = nn::Sequential(nn::Linear(2, 3), nn::Sequential(nn::ReLU()));
  EXPECT_EQ(model(hs::ones({1, 2})).module_path(), "1.0");
}

TEST(StateDict, ComesBackTheSame) {
  const auto a = nn::Sequential(nn::Linear(2, 3), nn::ReLU(), nn::Linear(3, 1));
  const auto b = nn::Sequential(nn::Linear(2, 3), nn::ReLU(), nn::Linear(3, 1));
  b.load_state_dict(a.state_dict());
  const Tensor x = hs::ones({4, 2});
  EXPECT_EQ(a(x).to_vector<float>(), b(x).to_vector<float>());
}

TEST(StateDict, ThatDoesNotFitChangesNothing) {
  const auto model = nn::Sequential(nn::Linear(2, 1));
  const auto before = model.state_dict();
  auto state = before;
  state.erase("0.bias");
  expect_error<hs::ValueError>([&] { model.load_state_dict(state); },
                               "load_state_dict: the state lacks \"0.bias\" [1]");
  state = before;
  state.insert_or_assign("0.weight", hs::ones({3, 3}));
  expect_error<hs::ShapeError>(
      [&] { model.load_state_dict(state); },
      "load_state_dict: \"0.weight\" has shape [3, 3] in the state and [1, 2] in the model");
  state = before;
  state.emplace("9.weight", hs::ones({1}));
  expect_error<hs::ValueError>([&] { model.load_state_dict(state); },
                               "load_state_dict: the state has \"9.weight\", which the model does not");
  EXPECT_TRUE(model.state_dict().at("0.weight").array().identical(before.at("0.weight").array()));
}

TEST(Module, ConvertsAllItsNumbers) {
  const auto model = nn::Sequential(nn::Linear(2, 1)).to(hs::float64);
  EXPECT_EQ(model(hs::ones({1, 2}, {.dtype = hs::float64})).dtype(), hs::float64);
}

namespace {

class Doubled : public nn::Layer {
 public:
  Doubled() : inner_(2, 1) { add_module("inner", inner_); }
  Tensor forward(std::span<const Tensor> inputs) override { return 2 * inner_(only(inputs)); }
  std::string describe() const override { return "Doubled"; }

 private:
  nn::Linear inner_;
};

}  // namespace

TEST(OwnLayer, IsAModuleLikeAnyOther) {
  const auto model = nn::Sequential(nn::Module(std::make_shared<Doubled>()), nn::Sigmoid());
  EXPECT_EQ(names(model), (std::vector<std::string>{"0.inner.weight", "0.inner.bias"}));
  EXPECT_EQ(model(hs::ones({3, 2})).shape(), (hs::Shape{3, 1}));
}

TEST(Sequential, NamesAModuleThatDoesNotExist) {
  const nn::Sequential model(nn::Linear(2, 3), nn::ReLU());
  EXPECT_EQ(model[1].str(), "ReLU()");
  expect_error<hs::IndexError>([&] { (void)model[5]; },
                               "index 5 is out of range: the Sequential has 2 modules");
}
