#include <gtest/gtest.h>

#include <hindsight/data/classification.hpp>
#include <hindsight/data/standardizer.hpp>
#include <hindsight/error.hpp>

#include "expect_error.hpp"

using hindsight::float64;
using hindsight::ShapeError;
using hindsight::tensor;
using hindsight::data::Standardizer;

// NumPy: X.mean(0), X.std(0) and ((X - X.mean(0)) / X.std(0))[0] of the wine data.
TEST(Standardizer, AgreesWithNumPy) {
  const auto wine = hindsight::data::classification(
      hindsight::data::read_csv(HINDSIGHT_TEST_DATA "/samples/wine.csv"), {.target = "cultivar"});
  const auto scaling = Standardizer::of(wine.features);
  EXPECT_NEAR(scaling.mean[0], 13.00061797752809, 1e-13);
  EXPECT_NEAR(scaling.std[0], 0.8095429145285168, 1e-14);
  EXPECT_NEAR(scaling.mean[12], 746.8932584269663, 1e-11);
  EXPECT_NEAR(scaling.std[12], 314.0216568419878, 1e-11);
  const auto scaled = scaling(wine.features, float64);
  EXPECT_NEAR(scaled.array().at(0), 1.51861254, 5e-9);
  EXPECT_NEAR(scaled.array().at(1), -0.5622498, 5e-8);
  EXPECT_EQ(scaling(wine.features).dtype(), hindsight::float32);
}

// A year-like offset: 1.6e9 + {0, 1, 2} is three equal numbers in float32.
TEST(Standardizer, KeepsTheDigitsOfLargeNumbers) {
  const auto x = tensor({1.6e9, 1.6e9 + 1, 1.6e9 + 2}, {.dtype = float64}).reshape({3, 1});
  const auto scaled = Standardizer::of(x)(x).to_vector<float>();
  EXPECT_FLOAT_EQ(scaled[0], -1.2247449F);  // −√(3/2)
  EXPECT_FLOAT_EQ(scaled[1], 0);
  EXPECT_FLOAT_EQ(scaled[2], 1.2247449F);
}

TEST(Standardizer, LeavesAFeatureThatNeverVariesAtZero) {
  // The mean of ten times 0.1 is not 0.1 in floating point.
  hindsight::Array x({10, 2}, float64);
  for (int i = 0; i < 10; ++i) {
    x.mutable_data<double>()[2 * i] = i;
    x.mutable_data<double>()[2 * i + 1] = 0.1;
  }
  const auto scaling = Standardizer::of(hindsight::Tensor(x));
  EXPECT_EQ(scaling.std[1], 0);
  EXPECT_EQ(scaling.constant(), std::vector<std::size_t>{1});
  EXPECT_EQ(scaling(tensor({{4.5, 7}}, {.dtype = float64}), float64).to_vector<double>(),
            (std::vector<double>{0, 0}));
}

TEST(Standardizer, RefusesOtherShapes) {
  expect_error<ShapeError>(
      [] {
        Standardizer::of(tensor({1, 2}));
      },
      "Standardizer: takes features [N, F] with at least one row, and got [2]");
  expect_error<ShapeError>(
      [] {
        Standardizer::of(hindsight::zeros({0, 2}));
      },
      "Standardizer: takes features [N, F] with at least one row, and got [0, 2]");
  expect_error<ShapeError>(
      [] {
        Standardizer::of(tensor({{1, 2}}))(tensor({{1, 2, 3}}));
      },
      "Standardizer: was made for 2 features, and got shape [1, 3]");
}

TEST(Standardizer, RefusesNumbersBeyondItsReach) {
  expect_error<hindsight::ValueError>(
      [] {
        Standardizer::of(tensor({{1, 1e200}, {2, -1e200}}, {.dtype = float64}));
      },
      "feature 1 has numbers too large to be scaled; divide them, or leave it out");
}
