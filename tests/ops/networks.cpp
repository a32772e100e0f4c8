#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::ones;
using hs::Tensor;
using hs::tensor;

TEST(Pooling, DropsAWindowThatWouldStartBehindTheEnd) {
  // PyTorch: avg_pool1d([[[3, 4]]], 1, 2, 0, True) is [[[3]]], though ⌈(2 − 1) / 2⌉ + 1 = 2.
  const hs::Tensor y = hs::avg_pool1d(hs::tensor({3.0, 4.0}).reshape({1, 1, 2}), 1, 2, 0, true);
  EXPECT_EQ(y.shape(), (hs::Shape{1, 1, 1}));
  EXPECT_EQ(y.item(), 3);
}

TEST(Conv2d, IsACrossCorrelation) {
  const Tensor image = tensor({{{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}}}), weight = tensor({{{{1, 0}, {0, 10}}}});
  EXPECT_EQ(hs::conv2d(image, weight).to_vector<float>(), (std::vector<float>{51, 62, 84, 95}));
}

TEST(Conv2d, TakesOneNumberForBothAxesOrOneForEach) {
  const Tensor image = ones({1, 1, 6, 8}), weight = ones({1, 1, 3, 3});
  EXPECT_EQ(hs::conv2d(image, weight, {}, 2).shape(), (hs::Shape{1, 1, 2, 3}));
  EXPECT_EQ(hs::conv2d(image, weight, {}, {2, 1}, {0, 1}).shape(), (hs::Shape{1, 1, 2, 8}));
  EXPECT_EQ(hs::conv2d(image, weight, {}, 1, "same", {1, 2}).shape(), image.shape());
}

TEST(Conv, SaysWhatDoesNotFit) {
  const Tensor image = ones({2, 3, 5, 5}), weight = ones({4, 3, 3, 3});
  expect_error<hs::ShapeError>(
      [&] {
        hs::conv2d(ones({5, 5}), weight);
      },
      "conv2d: takes [batch, channels, height, width] or [channels, height, width], "
      "and its input has shape [5, 5]; reshape it");
  expect_error<hs::ShapeError>(
      [&] {
        hs::conv1d(ones({5}), ones({1, 1, 3}));
      },
      "conv1d: takes [batch, channels, length] or [channels, length], and its input "
      "has shape [5]; reshape it");
  expect_error<hs::ShapeError>(
      [&] {
        hs::conv2d(image, ones({4, 3, 3}));
      },
      "conv2d: takes a weight [out_channels, in_channels / groups, height, width], "
      "and its weight has shape [4, 3, 3]");
  expect_error<hs::ShapeError>(
      [&] {
        hs::conv2d(image, ones({4, 2, 3, 3}));
      },
      "conv2d: an input of shape [2, 3, 5, 5] has 3 channels, and a weight of shape "
      "[4, 2, 3, 3] in 1 group takes 2");
  expect_error<hs::ShapeError>([&] { hs::conv2d(image, weight, ones({3})); },
                               "conv2d: takes a bias of shape [4], one number for each output channel, and "
                               "its bias has [3]");
  expect_error<hs::ShapeError>(
      [&] {
        hs::conv1d(ones({1, 1, 4}), ones({1, 1, 3}), {}, 1, 0, 2);
      },
      "conv1d: a kernel of length 3 with dilation 2 spans 5, and axis 2 of the input "
      "[1, 1, 4] has 4 with its padding; give it more padding or a smaller kernel");
  expect_error<hs::DTypeError>([&] { hs::conv2d(image, weight.to(hs::float64), ones({4})); },
                               "conv2d: its input is float32, its weight float64 and its bias float32; "
                               "convert one with .to()");
}

TEST(Conv, RefusesOptionsThatMeanNothing) {
  const Tensor image = ones({2, 3, 5, 5}), weight = ones({4, 3, 3, 3});
  expect_error<hs::ValueError>(
      [&] { hs::conv2d(image, weight, {}, 1, 0, 1, 3); },
      "conv2d: groups is 3 and must divide the 4 output channels of weight [4, 3, 3, 3]");
  expect_error<hs::ValueError>([&] { hs::conv2d(image, weight, {}, 2, "same"); },
                               "conv2d: padding 'same' is only there for stride 1, and stride is 2");
  expect_error<hs::ValueError>(
      [&] {
        hs::conv2d(image, weight, {}, {1, 0});
      },
      "conv2d: stride is (1, 0) and must be at least 1");
  expect_error<hs::ValueError>(
      [&] {
        hs::conv2d(image, weight, {}, {1, 1, 1});
      },
      "conv2d: stride is (1, 1, 1) and must be one number, or one for height and "
      "one for width");
  expect_error<hs::ValueError>(
      [&] {
        hs::conv1d(ones({1, 1, 4}), ones({1, 1, 3}), {}, {1, 2});
      },
      "conv1d: stride is (1, 2) and must be one number");
  expect_error<hs::ValueError>([&] { hs::conv2d(image, weight, {}, 1, "full"); },
                               "padding is 'full' and must be 'same', 'valid' or numbers");
}

// As a reader of the graph applies them; conv2d() has checked before.
TEST(Convolution, ChecksWhatItIsGiven) {
  const auto applied = [](const char* name, const Tensor& a, const Tensor& b, const char* of = nullptr) {
    hs::Attributes attributes{{"groups", hs::Shape{1}},
                              {"stride", hs::Shape{1, 1}},
                              {"padding", hs::Shape{0, 0, 0, 0}},
                              {"dilation", hs::Shape{1, 1}},
                              {of ? of : "none", hs::Shape{3, 3}}};
    return hs::apply(*hs::find_operation(name), {a, b}, attributes);
  };
  const Tensor image = ones({2, 3, 5, 5}), weight = ones({4, 3, 3, 3});
  expect_error<hs::DTypeError>([&] { applied("convolution", image, weight.to(hs::float64)); },
                               "convolution: takes two tensors of float32 or two of float64, and got float32 "
                               "and float64; convert one with .to()");
  expect_error<hs::ShapeError>(
      [&] {
        applied("convolution", image, ones({3, 3}));
      },
      "convolution: takes two tensors of four axes, and got shapes [2, 3, 5, 5] and "
      "[3, 3]; reshape them");
  expect_error<hs::ShapeError>(
      [&] {
        applied("convolution", image, ones({4, 2, 3, 3}));
      },
      "convolution: an image of 3 channels does not fit weights of shape [4, 2, 3, "
      "3] in 1 groups");
  expect_error<hs::ShapeError>(
      [&] {
        applied("convolution", image, ones({4, 3, 6, 3}));
      },
      "convolution: a kernel that spans 6 does not fit into 5, padding included");
  expect_error<hs::ShapeError>(
      [&] {
        applied("convolution_input", ones({2, 4, 2, 2}), weight, "size");
      },
      "convolution_input: images [2, 3, 3, 3] with weights [4, 3, 3, 3] give [2, 4, "
      "1, 1], and not the [2, 4, 2, 2] that was handed in");
  expect_error<hs::ShapeError>(
      [&] {
        applied("convolution_weight", image, ones({2, 4, 2, 2}), "kernel");
      },
      "convolution_weight: images [2, 3, 5, 5] with weights [4, 3, 3, 3] give [2, 4, "
      "3, 3], and not the [2, 4, 2, 2] that was handed in");
}

TEST(AvgPool, SaysWhatDoesNotFit) {
  const Tensor image = ones({1, 1, 4, 4});
  expect_error<hs::ShapeError>(
      [&] { hs::avg_pool2d(image, 5); },
      "avg_pool2d: a window that spans 5 does not fit into the 4 elements of an axis "
      "with its padding of 0; give it a smaller kernel_size");
  expect_error<hs::ValueError>([&] { hs::avg_pool2d(image, 2, {}, 2); },
                               "avg_pool2d: padding is 2 and may be at most half of kernel_size, which is 2");
  expect_error<hs::ValueError>([&] { hs::avg_pool2d(image, 2, {}, 0, false, true, 0); },
                               "avg_pool2d: divisor_override is 0 and must be another number");
  expect_error<hs::ValueError>(
      [&] {
        hs::avg_pool1d(ones({1, 4}), 0);
      },
      "avg_pool1d: kernel_size is 0 and must be at least 1");
}

TEST(BatchNorm, SaysWhatDoesNotFit) {
  const Tensor x = ones({4, 3});
  const hs::Parameter three("three", ones({3}), false), two("two", ones({2}), false);
  expect_error<hs::ShapeError>(
      [&] { hs::batch_norm(ones({3}), three, three); },
      "batch_norm: takes [batch, channels, …], and its input has shape [3]; reshape it");
  expect_error<hs::ShapeError>([&] { hs::batch_norm(x, three, two); },
                               "batch_norm: takes a running_var of shape [3], and it has [2]");
  expect_error<hs::ShapeError>([&] { hs::batch_norm(x, three, three, ones({2})); },
                               "batch_norm: takes a weight of shape [3], and it has [2]");
  expect_error<hs::ValueError>(
      [&] { hs::batch_norm(x, {}, {}); },
      "batch_norm: needs both running_mean and running_var where it is not in training");
  expect_error<hs::ValueError>([&] { hs::batch_norm(x, three, {}, {}, {}, true); },
                               "batch_norm: needs both running_mean and running_var, or neither");
  expect_error<hs::ValueError>(
      [&] {
        hs::batch_norm(ones({1, 3}), {}, {}, {}, {}, true);
      },
      "batch_norm: in training it needs more than one value for each channel, and its "
      "input has shape [1, 3]; give it a larger batch, or call eval()");
}

TEST(LayerNorm, SaysWhatDoesNotFit) {
  expect_error<hs::ShapeError>(
      [&] {
        hs::layer_norm(ones({2, 3}), {2});
      },
      "layer_norm: normalizes the last axes [2], and its input has shape [2, 3]");
  expect_error<hs::ShapeError>(
      [&] {
        hs::layer_norm(ones({2, 3}), {3}, {}, ones({2}));
      },
      "layer_norm: takes a bias of shape [3], and it has [2]");
}

TEST(GroupNorm, SaysWhatDoesNotFit) {
  expect_error<hs::ShapeError>(
      [&] { hs::group_norm(ones({3}), 1); },
      "group_norm: takes [batch, channels, …], and its input has shape [3]; reshape it");
  expect_error<hs::ValueError>(
      [&] {
        hs::group_norm(ones({2, 3}), 2);
      },
      "group_norm: num_groups is 2 and must divide the 3 channels of an input of shape "
      "[2, 3]");
}
