// Expected texts are what NumPy 1.24 prints for the same arrays.
#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/ops.hpp>
#include <hindsight/tensor.hpp>

namespace hs = hindsight;
using hs::tensor;

TEST(Print, AlignsPointsAndDropsZeros) {
  EXPECT_EQ(tensor({{1.5, 2}, {3, -4.25}}).str(), "[[ 1.5   2.  ]\n [ 3.   -4.25]]");
  EXPECT_EQ(tensor({1, 2}).str(), "[1. 2.]");
}

TEST(Print, ShowsTheDigitsOfTheDtype) {
  EXPECT_EQ(tensor({0.1, 1.0 / 3}).str(), "[0.1        0.33333334]");
  EXPECT_EQ(tensor({0.1, 1.0 / 3}, {.dtype = hs::float64}).str(), "[0.1        0.33333333]");
}

TEST(Print, TurnsToExponentsWhenNumbersAreFarApart) {
  EXPECT_EQ(tensor({1e-10, 1}, {.dtype = hs::float64}).str(), "[1.e-10 1.e+00]");
  EXPECT_EQ(tensor({1.5e-10, 1}, {.dtype = hs::float64}).str(), "[1.5e-10 1.0e+00]");
}

TEST(Print, AbbreviatesLongArrays) {
  EXPECT_EQ(hs::arange(2000).str(), "[   0    1    2 ... 1997 1998 1999]");
}

TEST(Print, KnowsIntegersBoolsScalarsAndNonNumbers) {
  EXPECT_EQ((tensor({1, 2}) > 1.5).str(), "[False  True]");
  EXPECT_EQ(tensor(3.5).str(), "3.5");
  EXPECT_EQ(tensor({NAN, INFINITY, 1}).str(), "[nan inf  1.]");
  EXPECT_EQ(hs::arange(8).reshape({2, 2, 2}).str(), "[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]");
  EXPECT_EQ(hs::zeros({0}).str(), "[]");
}
