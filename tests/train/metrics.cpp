#include <gtest/gtest.h>

#include <hindsight/error.hpp>
#include <hindsight/train/metrics.hpp>

#include "expect_error.hpp"

using hindsight::ShapeError;
using hindsight::tensor;
using hindsight::train::accuracy;

TEST(Accuracy, TakesALogitAboveZeroAsClassOne) {
  const auto logits = tensor({2, -1, 0.001, 0}).reshape({4, 1});
  EXPECT_EQ(accuracy(logits, tensor({1, 0, 1, 0}).reshape({4, 1})), 1);
  EXPECT_EQ(accuracy(logits, tensor({1, 1, 1, 1}).reshape({4, 1})), 0.5);
}

TEST(Accuracy, TakesTheLargestOfSeveralLogits) {
  const auto logits = tensor({{0, 1, 2}, {5, 1, 5}, {-3, -2, -4}});
  const auto targets = [](std::vector<std::int64_t> classes) { return tensor(classes, {3}); };
  EXPECT_EQ(accuracy(logits, targets({2, 0, 1})), 1);
  EXPECT_NEAR(accuracy(logits, targets({2, 2, 0})), 1.0 / 3, 1e-15);
}

TEST(Accuracy, RefusesShapesThatDoNotBelongTogether) {
  expect_error<ShapeError>(
      [] {
        accuracy(tensor({{1, 2}}), tensor({{1, 2}}));
      },
      "accuracy: takes logits [N, 1] with targets [N, 1], or [N, classes] with [N], and got [1, 2] and [1, "
      "2]");
  EXPECT_THROW(accuracy(tensor({{1, 2}}), tensor({1, 2})), ShapeError);
  EXPECT_THROW(accuracy(tensor({1, 2}), tensor({1, 2})), ShapeError);
  EXPECT_THROW(accuracy(hindsight::zeros({0, 1}), hindsight::zeros({0, 1})), ShapeError);
}
