// The layer: its first weights, state and options. Its values are PyTorch's: tests/golden/embedding.cpp.
#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
using hs::ones;
using hs::Shape;
using hs::Tensor;

TEST(EmbeddingLayer, StartsStandardNormalWithARowOfZeros) {
  hs::manual_seed(1);
  const nn::Embedding layer(200, 50, {.padding_idx = -1});
  EXPECT_EQ(layer.weight().shape(), (Shape{200, 50}));
  const auto weights = layer.weight().value().to_vector<float>();
  const std::size_t drawn = 199 * 50;
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < drawn; ++i) sum += weights[i], squares += weights[i] * weights[i];
  const auto count = static_cast<double>(drawn);
  EXPECT_NEAR(sum / count, 0, 4 / std::sqrt(count)) << "four standard errors";
  EXPECT_NEAR(squares / count, 1, 4 * std::sqrt(2 / count)) << "the variance of a squared normal number is 2";
  for (std::size_t i = drawn; i < weights.size(); ++i) EXPECT_EQ(weights[i], 0);
}

TEST(EmbeddingLayer, DrawsAsTheGeneratorDoes) {
  hs::manual_seed(3);
  const nn::Sequential model(nn::Embedding(4, 3));
  hs::Generator generator(3);
  EXPECT_TRUE(model.parameters()[0].value().array().identical(generator.normal({4, 3}, hs::float32)));
}

TEST(EmbeddingLayer, HasPyTorchsNamesAndText) {
  const nn::Sequential model(nn::Embedding(4, 3), nn::Embedding(4, 3, {.padding_idx = -1}));
  EXPECT_EQ(model.str(), "Sequential(\n  (0): Embedding(4, 3)\n  (1): Embedding(4, 3, padding_idx=3)\n)");
  const auto state = model.state_dict();
  ASSERT_EQ(state.size(), 2U);
  EXPECT_EQ(state.at("0.weight").shape(), (Shape{4, 3}));
  EXPECT_EQ(state.at("1.weight").shape(), (Shape{4, 3}));
}

// torch.nn.Embedding(3, 2, max_norm=1.0): the rows that the input names are scaled down in the weight.
TEST(EmbeddingLayer, ScalesRowsThatAreUsedDownInTheWeight) {
  const nn::Embedding layer(3, 2, {.max_norm = 1, .norm_type = 1, .scale_grad_by_freq = true});
  EXPECT_EQ(layer.str(), "Embedding(3, 2, max_norm=1, norm_type=1, scale_grad_by_freq=true)");
  layer.weight().assign(hs::tensor({{3, 1}, {0.25, 0.5}, {6, 2}}));
  const hs::optim::SGD optimizer(layer.parameters(), {.lr = 1});
  const Tensor y = layer(hs::tensor({0, 1, 0}, {.dtype = hs::int64}));
  const auto near = [](const Tensor& a, const Tensor& b) { return (a - b).abs().amax().item() < 1e-6; };
  EXPECT_TRUE(near(y, hs::tensor({{0.75, 0.25}, {0.25, 0.5}, {0.75, 0.25}})));
  EXPECT_TRUE(near(layer.weight(), hs::tensor({{0.75, 0.25}, {0.25, 0.5}, {6, 2}})));
  y.sum().backward();
  EXPECT_TRUE(near(layer.weight().grad(), hs::tensor({{1, 1}, {1, 1}, {0, 0}})));
  optimizer.step();
  EXPECT_TRUE(near(layer.weight(), hs::tensor({{-0.25, -0.75}, {-0.75, -0.5}, {6, 2}})));
}

TEST(EmbeddingLayer, ScalesNoRowsInACompiledStep) {
  const nn::Embedding layer(3, 2, {.max_norm = 1});
  const hs::optim::SGD optimizer(layer.parameters(), {.lr = 1});
  auto step = hs::compile([&](const Tensor& index) { return layer(index).sum(); }, optimizer);
  expect_error<hs::StateError>(
      [&] { step(hs::arange(3)); },
      "Embedding: max_norm changes the weight within the forward pass, which a compiled "
      "step cannot; leave it out, or do not compile");
}

TEST(EmbeddingLayer, LearnsAllRowsButThePadding) {
  const nn::Embedding layer(3, 2, {.padding_idx = 0});
  const hs::optim::SGD optimizer(layer.parameters(), {.lr = 0.5});
  layer.weight().assign(ones({3, 2}));
  layer(hs::tensor({{0, 1}, {1, 0}}, {.dtype = hs::int64})).sum().backward();
  optimizer.step();
  EXPECT_EQ(layer.weight().value().to_vector<float>(), (std::vector<float>{1, 1, 0, 0, 1, 1}));
}

TEST(EmbeddingLayer, TakesRowsThatWereTrainedElsewhere) {
  const Tensor rows = hs::tensor({{1, 2}, {3, 4}, {5, 6}}, {.dtype = hs::float64});
  const auto frozen = nn::Embedding::from_pretrained(rows, {.padding_idx = 1});
  EXPECT_FALSE(frozen.weight().requires_grad());
  EXPECT_EQ(frozen.str(), "Embedding(3, 2, padding_idx=1)");
  EXPECT_EQ(frozen(hs::arange(2) + 1).to_vector<double>(), (std::vector<double>{3, 4, 5, 6}));
  EXPECT_TRUE(nn::Embedding::from_pretrained(rows, {.freeze = false}).weight().requires_grad());
  expect_error<hs::ShapeError>([] { nn::Embedding::from_pretrained(ones({3})); },
                               "Embedding: takes rows of shape [rows, features], and got shape [3]");
}

TEST(EmbeddingLayer, RefusesOptionsThatMeanNothing) {
  expect_error<hs::ValueError>([] { nn::Embedding(3, 2, {.padding_idx = 3}); },
                               "Embedding: padding_idx is 3 and must name one of the 3 rows");
  expect_error<hs::ValueError>([] { nn::Embedding(-1, 2); },
                               "Embedding(-1, 2): the numbers of rows and features cannot be negative");
}
