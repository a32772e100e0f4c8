// Pooling: what its windows are, and what it says of those that make no sense. Values are PyTorch's:
// tests/golden.
#include <limits>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::ones;
using hs::Shape;
using hs::Tensor;
using hs::tensor;

TEST(MaxPool, SaysWhereInItsChannelTheEntriesAre) {
  const Tensor x = tensor({{{1, 2, 9, 4}, {5, 6, 7, 8}}, {{0, 0, 0, 0}, {0, 0, 0, 0}}});
  const auto [values, indices] = hs::max_pool2d_with_indices(x, 2);
  EXPECT_EQ(values.shape(), (Shape{2, 1, 2}));
  EXPECT_EQ(values.to_vector<float>(), (std::vector<float>{6, 9, 0, 0}));
  EXPECT_EQ(indices.to_vector<std::int64_t>(), (std::vector<std::int64_t>{5, 2, 0, 2}));
}

TEST(MaxPool, GivesTheGradientToTheFirstOfEqualEntries) {
  const Tensor x = ones({1, 4}).requires_grad_();
  hs::max_pool1d(x, 3, 1).sum().backward();
  EXPECT_EQ(x.grad().to_vector<float>(), (std::vector<float>{1, 1, 0, 0}));
}

TEST(MaxPool, NeverChoosesThePadding) {
  const Tensor y = hs::max_pool1d(ones({1, 4}) * -5, 3, 2, 1);
  EXPECT_EQ(y.to_vector<float>(), (std::vector<float>{-5, -5}));
}

TEST(MaxPool, TakesIntegers) {
  EXPECT_EQ(hs::max_pool1d(hs::arange(6).reshape({1, 6}), 2).to_vector<std::int64_t>(),
            (std::vector<std::int64_t>{1, 3, 5}));
}

TEST(MaxPool, SaysWhatDoesNotFit) {
  const Tensor image = ones({1, 1, 4, 4});
  expect_error<hs::ShapeError>(
      [&] {
        hs::max_pool2d(ones({4, 4}), 2);
      },
      "max_pool2d: takes [batch, channels, height, width] or [channels, height, width], and its input has "
      "shape [4, 4]; reshape it");
  expect_error<hs::ShapeError>(
      [&] { hs::max_pool2d(image, 3, {}, 0, 2); },
      "max_pool2d: a window that spans 5 does not fit into the 4 elements of an axis "
      "with its padding of 0; give it a smaller kernel_size");
  expect_error<hs::ValueError>([&] { hs::max_pool2d(image, 2, {}, 2); },
                               "max_pool2d: padding is 2 and may be at most half of kernel_size, which is 2");
  expect_error<hs::ValueError>([&] { hs::max_pool2d(image, 2, {}, 0, 0); },
                               "max_pool2d: dilation is 0 and must be at least 1");
  expect_error<hs::ValueError>(
      [&] {
        hs::max_pool2d(image, {2, 2, 2});
      },
      "max_pool2d: kernel_size is (2, 2, 2) and must be one number, or one for height and one for width");
}

// PyTorch gives −∞, and an index that is none.
TEST(MaxPool, RefusesAWindowWithinThePaddingAlone) {
  expect_error<hs::ShapeError>(
      [] {
        hs::max_pool1d(ones({1, 2}), 2, {}, 1, 3);
      },
      "window_argmax: window 0 along axis 3 of shape [1, 1, 1, 2] runs from 2 to 2, and must hold entries of "
      "that axis only; take less padding or dilation");
}

// As a reader of the graph applies it; the poolings make their windows themselves.
TEST(WindowArgmax, ChecksWhatItIsGiven) {
  const auto applied = [](const Tensor& x, const Shape& first, const Shape& limit) {
    hs::apply(
        *hs::find_operation("window_argmax"), {x},
        {{"top", first}, {"bottom", limit}, {"left", Shape{0}}, {"right", Shape{1}}, {"steps", Shape{1, 1}}});
  };
  expect_error<hs::ShapeError>([&] { applied(ones({3}), {0}, {1}); },
                               "window_argmax: takes planes of two axes, and got shape [3]; reshape it");
  expect_error<hs::ShapeError>(
      [&] {
        applied(ones({3, 2}), {0, 2}, {1, 4});
      },
      "window_argmax: window 1 along axis 0 of shape [3, 2] runs from 2 to 4, and must hold entries of that "
      "axis only; take less padding or dilation");
}

TEST(AdaptivePool, LeavesInfinitiesToTheWindowsThatHoldThem) {
  const double inf = std::numeric_limits<double>::infinity();
  const Tensor y = hs::adaptive_avg_pool1d(tensor({{1, 2, 3, 4, 5, 6, inf}}), 3);
  EXPECT_EQ(y.to_vector<float>(), (std::vector<float>{2, 4, std::numeric_limits<float>::infinity()}));
}

TEST(AdaptivePool, KeepsAnAxisWhoseSizeIsLeftOut) {
  EXPECT_EQ(hs::adaptive_avg_pool2d(ones({1, 1, 4, 6}), {{}, 3}).shape(), (Shape{1, 1, 4, 3}));
  EXPECT_EQ(hs::adaptive_max_pool2d(ones({1, 1, 4, 6}), {std::nullopt}).shape(), (Shape{1, 1, 4, 6}));
}

TEST(AdaptivePool, SaysWhatDoesNotFit) {
  const Tensor image = ones({1, 1, 4, 4});
  expect_error<hs::ValueError>(
      [&] {
        hs::adaptive_avg_pool2d(image, {2, 2, 2});
      },
      "adaptive_avg_pool2d: output_size is (2, 2, 2) and must be one number, or one for height and one for "
      "width");
  expect_error<hs::ValueError>(
      [&] {
        hs::adaptive_max_pool1d(ones({1, 4}), {1, {}});
      },
      "adaptive_max_pool1d: output_size is (1, None) and must be one number");
  expect_error<hs::ValueError>(
      [&] {
        hs::adaptive_max_pool2d(image, {2, -1});
      },
      "adaptive_max_pool2d: output_size is (2, -1) and must be at least 0");
  expect_error<hs::ShapeError>(
      [&] {
        hs::adaptive_avg_pool1d(ones({2, 0}), 1);
      },
      "adaptive_avg_pool1d: its input has an axis without an entry, and there is nothing to pool");
  expect_error<hs::ShapeError>([&] { hs::adaptive_avg_pool1d(ones({2}), 1); },
                               "adaptive_avg_pool1d: takes [batch, channels, length] or [channels, length], "
                               "and its input has shape [2]; reshape it");
}
