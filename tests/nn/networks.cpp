// Layers of convolutional networks: names, initial weights, state, options, and what they say of wrong
// inputs. Their values are PyTorch's: tests/golden/networks.cpp.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
using hs::ones;
using hs::Shape;
using hs::Tensor;
using hs::tensor;

namespace {

std::vector<std::string> names(const std::vector<std::pair<std::string, hs::Parameter>>& of) {
  std::vector<std::string> all;
  for (const auto& [name, parameter] : of) all.push_back(name);
  return all;
}

nn::Sequential after_a_relu(const nn::Module& layer) { return nn::Sequential(nn::ReLU(), layer); }

}  // namespace

TEST(Conv2dLayer, StartsUniformWithinOneOverTheRootOfItsInputs) {
  hs::manual_seed(1);
  const nn::Conv2d layer(32, 64, {4, 2}, {.groups = 4});  // 8 · 4 · 2 = 64 inputs to each output
  EXPECT_EQ(layer.weight().shape(), (Shape{64, 8, 4, 2}));
  EXPECT_EQ(layer.bias().shape(), Shape{64});
  double largest = 0, sum = 0, squares = 0;
  const auto weights = layer.weight().value().to_vector<float>();
  for (const float w : weights) {
    largest = std::max(largest, std::abs(static_cast<double>(w)));
    sum += w;
    squares += static_cast<double>(w) * w;
  }
  const double count = static_cast<double>(weights.size()), bound = 0.125, variance = bound * bound / 3;
  EXPECT_LE(largest, bound);
  EXPECT_GT(largest, 0.99 * bound);
  EXPECT_NEAR(sum / count, 0, 4 * std::sqrt(variance / count)) << "four standard errors";
  // The variance of w² is (1/5 − 1/9) bound⁴.
  EXPECT_NEAR(squares / count, variance, 4 * bound * bound * std::sqrt((1 / 5.0 - 1 / 9.0) / count));
}

TEST(Conv2dLayer, DrawsItsWeightBeforeItsBias) {
  hs::manual_seed(3);
  const nn::Sequential model(nn::Conv2d(1, 2, 2));
  hs::Generator generator(3);
  EXPECT_TRUE(model.parameters()[0].value().array().identical(
      generator.uniform({2, 1, 2, 2}, -0.5, 0.5, hs::float32)));
  EXPECT_TRUE(
      model.parameters()[1].value().array().identical(generator.uniform({2}, -0.5, 0.5, hs::float32)));
}

TEST(ConvLayers, PrintAsPyTorchDoes) {
  EXPECT_EQ(nn::Conv2d(3, 8, 3).str(), "Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))");
  EXPECT_EQ(
      nn::Conv2d(4, 8, {3, 5}, {.stride = 2, .padding = {0, 1}, .dilation = 2, .groups = 2, .bias = false})
          .str(),
      "Conv2d(4, 8, kernel_size=(3, 5), stride=(2, 2), padding=(0, 1), dilation=(2, 2), groups=2, "
      "bias=false)");
  EXPECT_EQ(nn::Conv1d(1, 2, 3, {.padding = "same"}).str(),
            "Conv1d(1, 2, kernel_size=(3,), stride=(1,), padding=same)");
}

TEST(ConvLayers, SayWhichLayerGotTheWrongInput) {
  const auto model = after_a_relu(nn::Conv2d(3, 8, 3)), gray = after_a_relu(nn::Conv2d(1, 8, 3));
  expect_error<hs::ShapeError>(
      [&] {
        model(ones({2, 1, 28, 28}));
      },
      "Conv2d \"1\" expects 3 input channels, but its input has shape [2, 1, 28, 28]; "
      "did you mean nn::Conv2d(1, 8, …)?");
  expect_error<hs::ShapeError>(
      [&] {
        gray(ones({2, 28, 28}));
      },
      "Conv2d \"1\" expects 1 input channel, but its input has shape [2, 28, 28], which "
      "reads as one image of 2 channels; reshape it to [batch, 1, height, width]");
  expect_error<hs::ShapeError>(
      [&] {
        model(ones({2, 784}));
      },
      "Conv2d \"1\" expects [batch, 3, height, width], but its input has shape [2, 784]; "
      "reshape it");
  expect_error<hs::DTypeError>(
      [&] {
        model(ones({2, 3, 5, 5}, {.dtype = hs::float64}));
      },
      "Conv2d \"1\" is float32 and its input is float64: convert one with "
      ".to(hs::float32)");
  expect_error<hs::ShapeError>(
      [&] {
        model(ones({2, 3, 2, 5}));
      },
      "conv2d in module \"1\": a kernel of length 3 with dilation 1 spans 3, and axis 2 "
      "of the input [2, 3, 2, 5] has 2 with its padding; give it more padding or a "
      "smaller kernel");
}

TEST(ConvLayers, RefuseOptionsThatMeanNothing) {
  expect_error<hs::ValueError>([] { nn::Conv2d(0, 8, 3); },
                               "Conv2d(0, 8): a layer needs at least one input and one output channel");
  expect_error<hs::ValueError>([] { nn::Conv2d(4, 6, 3, {.groups = 4}); },
                               "Conv2d: groups is 4 and must divide the 4 input and the 6 output channels");
  expect_error<hs::ValueError>(
      [] {
        nn::Conv1d(4, 6, {3, 3});
      },
      "Conv1d: kernel_size is (3, 3) and must be one number");
  expect_error<hs::ValueError>([] { nn::Conv2d(4, 6, 3, {.stride = 0}); },
                               "Conv2d: stride is 0 and must be at least 1");
  expect_error<hs::StateError>(
      [] { (void)nn::Conv2d(4, 6, 3, {.bias = false}).bias(); },
      "this convolution was made without a bias: ConvOptions{.bias = true} gives it one");
}

TEST(BatchNorm, HasPyTorchsState) {
  const nn::Sequential model(nn::Conv2d(1, 2, 3), nn::BatchNorm2d(2));
  EXPECT_EQ(names(model.named_parameters()),
            (std::vector<std::string>{"0.weight", "0.bias", "1.weight", "1.bias"}));
  EXPECT_EQ(names(model.named_buffers()),
            (std::vector<std::string>{"1.running_mean", "1.running_var", "1.num_batches_tracked"}));
  EXPECT_EQ(model.state_dict().count("1.num_batches_tracked"), 1U);
  EXPECT_TRUE(nn::BatchNorm1d(3, {.track_running_stats = false}).named_buffers().empty());
  EXPECT_TRUE(nn::BatchNorm1d(3, {.affine = false}).named_parameters().empty());
}

// By PyTorch 1.13: BatchNorm1d(1) of [1, 3], then of [0, 8]; then in evaluation.
TEST(BatchNorm, CountsBatchesAndMovesItsStatisticsInTrainingOnly) {
  const nn::BatchNorm1d layer(1);
  layer(tensor({{1}, {3}}));
  layer(tensor({{0}, {8}}));
  auto state = layer.state_dict();
  EXPECT_EQ(state.at("num_batches_tracked").item<std::int64_t>(), 2);
  EXPECT_FLOAT_EQ(state.at("running_mean").item<float>(), 0.58F);  // 0.9 · (0.9 · 0 + 0.1 · 2) + 0.1 · 4
  EXPECT_FLOAT_EQ(state.at("running_var").item<float>(), 4.19F);   // 0.9 · (0.9 · 1 + 0.1 · 2) + 0.1 · 32
  layer.eval();
  EXPECT_FLOAT_EQ(layer(tensor({{3}})).item<float>(), (3 - 0.58F) / std::sqrt(4.19F + 1e-5F));
  EXPECT_EQ(layer.state_dict().at("num_batches_tracked").item<std::int64_t>(), 2);
}

TEST(BatchNorm, WithoutAMomentumKeepsTheMeanOverAllBatches) {
  const nn::BatchNorm1d layer(1, {.momentum = {}});
  for (const double shift : {0.0, 3.0, 9.0}) layer(tensor({{1}, {3}}) + shift);
  EXPECT_FLOAT_EQ(layer.state_dict().at("running_mean").item<float>(), 6);
  EXPECT_FLOAT_EQ(layer.state_dict().at("running_var").item<float>(), 2);
}

TEST(BatchNorm, StaysACountWhenItIsConverted) {
  const nn::BatchNorm1d layer(1);
  layer.to(hs::float64);
  EXPECT_EQ(layer.state_dict().at("num_batches_tracked").dtype(), hs::int64);
  EXPECT_EQ(layer.state_dict().at("running_var").dtype(), hs::float64);
}

TEST(BatchNorm, IsTheSameAfterItsStateWasLoaded) {
  const nn::BatchNorm1d a(2), b(2);
  a(tensor({{1, 5}, {3, -1}, {4, 4}}));
  b.load_state_dict(a.state_dict());
  a.eval();
  b.eval();
  const Tensor x = tensor({{2, 2}});
  EXPECT_TRUE(a(x).array().identical(b(x).array()));
}

TEST(BatchNorm, LeavesTheGradientsOfItsStatisticsAlone) {
  const nn::BatchNorm1d layer(1);
  const Tensor x = tensor({{1}, {3}}, {.requires_grad = true});
  (layer(x) * tensor({{1}, {2}})).sum().backward();
  for (const auto& [name, buffer] : layer.named_buffers()) {
    EXPECT_FALSE(buffer.grad().defined()) << name;
    EXPECT_FALSE(buffer.value().requires_grad()) << name;
  }
}

TEST(BatchNorm, SaysWhichLayerGotTheWrongInput) {
  const auto flat = after_a_relu(nn::BatchNorm1d(3)), images = after_a_relu(nn::BatchNorm2d(3));
  expect_error<hs::ShapeError>(
      [&] {
        flat(ones({4, 2}));
      },
      "BatchNorm1d \"1\" expects 3 features along axis 1, but its input has shape [4, "
      "2]; did you mean nn::BatchNorm1d(2)?");
  expect_error<hs::ShapeError>(
      [&] {
        flat(ones({4, 3, 2, 2}));
      },
      "BatchNorm1d \"1\" expects [batch, 3] or [batch, 3, length], but its input has "
      "shape [4, 3, 2, 2]; reshape it");
  expect_error<hs::ShapeError>(
      [&] {
        images(ones({4, 3}));
      },
      "BatchNorm2d \"1\" expects [batch, 3, height, width], but its input has shape [4, "
      "3]; reshape it");
  expect_error<hs::DTypeError>(
      [&] {
        flat(ones({4, 3}, {.dtype = hs::float64}));
      },
      "BatchNorm1d \"1\" is float32 and its input is float64: convert one with "
      ".to(hs::float32)");
  expect_error<hs::ValueError>(
      [&] {
        flat(ones({1, 3}));
      },
      "batch_norm in module \"1\": in training it needs more than one value for each "
      "channel, and its input has shape [1, 3]; give it a larger batch, or call eval()");
  EXPECT_EQ(flat.state_dict().at("1.num_batches_tracked").item<std::int64_t>(), 0) << "and counts none of it";
  expect_error<hs::ValueError>([] { nn::BatchNorm1d(0); },
                               "BatchNorm1d(0): a layer needs at least one feature");
}

TEST(LayerNorm, SaysWhichLayerGotTheWrongInput) {
  const auto model = after_a_relu(nn::LayerNorm({3, 4}));
  expect_error<hs::ShapeError>(
      [&] {
        model(ones({2, 4, 3}));
      },
      "LayerNorm \"1\" expects its input to end in the axes [3, 4], but it has shape "
      "[2, 4, 3]; give LayerNorm the lengths of the axes to normalize");
  expect_error<hs::DTypeError>(
      [&] {
        model(ones({3, 4}, {.dtype = hs::float64}));
      },
      "LayerNorm \"1\" is float32 and its input is float64: convert one with "
      ".to(hs::float32)");
  expect_error<hs::ValueError>(
      [] { nn::LayerNorm(0); },
      "LayerNorm: normalized_shape is [0] and needs at least one axis, with entries");
}

TEST(GroupNorm, SaysWhichLayerGotTheWrongInput) {
  const auto model = after_a_relu(nn::GroupNorm(2, 4));
  expect_error<hs::ShapeError>(
      [&] {
        model(ones({3, 6}));
      },
      "GroupNorm \"1\" expects 4 channels along axis 1, but its input has shape [3, 6]; "
      "did you mean nn::GroupNorm(2, 6)?");
  expect_error<hs::ShapeError>(
      [&] { model(ones({4})); },
      "GroupNorm \"1\" expects 4 channels along axis 1, but its input has shape [4]; "
      "reshape it");
  expect_error<hs::DTypeError>(
      [&] {
        model(ones({3, 4}, {.dtype = hs::float64}));
      },
      "GroupNorm \"1\" is float32 and its input is float64: convert one with "
      ".to(hs::float32)");
  expect_error<hs::ValueError>([] { nn::GroupNorm(3, 4); },
                               "GroupNorm(3, 4): the number of groups must divide the number of channels");
}

TEST(Normalizations, PrintAsPyTorchDoes) {
  EXPECT_EQ(nn::BatchNorm1d(3, {.momentum = {}}).str(),
            "BatchNorm1d(3, eps=1e-05, momentum=None, affine=true, track_running_stats=true)");
  EXPECT_EQ(nn::BatchNorm2d(3).str(),
            "BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=true, track_running_stats=true)");
  EXPECT_EQ(nn::LayerNorm(3).str(), "LayerNorm((3,), eps=1e-05, elementwise_affine=true)");
  EXPECT_EQ(nn::LayerNorm({3, 4}).str(), "LayerNorm((3, 4), eps=1e-05, elementwise_affine=true)");
  EXPECT_EQ(nn::GroupNorm(2, 4).str(), "GroupNorm(2, 4, eps=1e-05, affine=true)");
}

TEST(Pooling, PrintsItsWindows) {
  EXPECT_EQ(nn::AvgPool1d(2).str(), "AvgPool1d(kernel_size=2, stride=2, padding=0)");
  EXPECT_EQ(nn::AvgPool2d({2, 3}, {.stride = 1, .padding = {1, 0}}).str(),
            "AvgPool2d(kernel_size=(2, 3), stride=1, padding=(1, 0))");
  EXPECT_EQ(nn::MaxPool1d(3, {.stride = 2, .padding = 1}).str(),
            "MaxPool1d(kernel_size=3, stride=2, padding=1, dilation=1, ceil_mode=false)");
  EXPECT_EQ(nn::MaxPool2d({2, 3}, {.ceil_mode = true}).str(),
            "MaxPool2d(kernel_size=(2, 3), stride=(2, 3), padding=0, dilation=1, ceil_mode=true)");
  EXPECT_EQ(nn::AdaptiveAvgPool1d(1).str(), "AdaptiveAvgPool1d(output_size=1)");
  EXPECT_EQ(nn::AdaptiveAvgPool2d({{}, 7}).str(), "AdaptiveAvgPool2d(output_size=(None, 7))");
  EXPECT_EQ(nn::AdaptiveMaxPool1d(3).str(), "AdaptiveMaxPool1d(output_size=3)");
  EXPECT_EQ(nn::AdaptiveMaxPool2d({2, 3}).str(), "AdaptiveMaxPool2d(output_size=(2, 3))");
}

TEST(Flatten, SaysWhatDoesNotFit) {
  EXPECT_EQ(nn::Flatten().str(), "Flatten(start_dim=1, end_dim=-1)");
  EXPECT_EQ(nn::Flatten()(ones({2, 3, 4})).shape(), (Shape{2, 12}));
  expect_error<hs::ValueError>(
      [] {
        nn::Flatten({.start_dim = 2, .end_dim = 1})(ones({2, 3, 4}));
      },
      "Flatten: start_dim 2 lies behind end_dim 1 in an input of shape [2, 3, 4]");
  const auto model = after_a_relu(nn::Unflatten(1, {2, 3}));
  expect_error<hs::ShapeError>(
      [&] {
        model(ones({4, 5}));
      },
      "Unflatten \"1\" makes [2, 3] of axis 1, which has 5 entries in an input of shape "
      "[4, 5]");
  EXPECT_EQ(nn::Unflatten(1, {2, 3}).str(), "Unflatten(dim=1, unflattened_size=(2, 3))");
  expect_error<hs::ValueError>([] { nn::Unflatten(1, {}); },
                               "Unflatten: unflattened_size is empty and needs at least one length");
}

TEST(Residual, AddsItsInput) {
  const nn::Tanh f;
  const nn::Residual block(f);
  const Tensor x = tensor({-1, 0, 2});
  EXPECT_TRUE(block(x).array().identical((x + hs::tanh(x)).array()));
  const nn::Sequential model(nn::Residual(nn::Linear(3, 3)));
  EXPECT_EQ(names(model.named_parameters()), (std::vector<std::string>{"0.f.weight", "0.f.bias"}));
  EXPECT_EQ(model.str(),
            "Sequential(\n  (0): Residual(\n    (f): Linear(in_features=3, out_features=3)\n  )\n)");
  const auto wrong = after_a_relu(nn::Residual(nn::Linear(3, 2)));
  expect_error<hs::ShapeError>(
      [&] {
        wrong(ones({4, 3}));
      },
      "Residual \"1\" adds its input of shape [4, 3] to f of it, which has shape [4, 2]; "
      "f must keep the shape");
}

TEST(NetworkLayers, AreClonedWithWeightsAndStatisticsOfTheirOwn) {
  const nn::Sequential model(nn::Conv2d(1, 4, 3), nn::BatchNorm2d(4), nn::GroupNorm(2, 4), nn::AvgPool2d(2),
                             nn::Flatten(), nn::LayerNorm(4), nn::Softmax(1));
  const nn::Sequential copy = nn::clone(model);
  const Tensor x = hs::randn({3, 1, 4, 4});
  EXPECT_TRUE(copy(x).array().identical(model(x).array()));
  model(x);
  EXPECT_EQ(model.state_dict().at("1.num_batches_tracked").item<std::int64_t>(), 2);
  EXPECT_EQ(copy.state_dict().at("1.num_batches_tracked").item<std::int64_t>(), 1);
}

TEST(Softmaxes, PrintTheirAxis) {
  EXPECT_EQ(nn::Softmax(1).str() + nn::LogSoftmax(-1).str(), "Softmax(dim=1)LogSoftmax(dim=-1)");
}
