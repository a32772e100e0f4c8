#include "figure/ticks.hpp"

#include <cmath>
#include <cstddef>

#include <gtest/gtest.h>

// Expected values: matplotlib 3.6.3, MaxNLocator(steps=[1, 2, 2.5, 5, 10], min_n_ticks=2) with
// ScalarFormatter (useOffset=False), LogLocator with LogFormatterSciNotation, and contourf(levels=n).
namespace hindsight::figure {
namespace {

using Labels = std::vector<std::string>;

Labels labels(const std::vector<Tick>& ticks) {
  Labels result;
  for (const Tick& tick : ticks)
    result.push_back(tick.label.exponent.empty() ? tick.label.base
                                                 : tick.label.base + "^" + tick.label.exponent);
  return result;
}

Labels linear(double low, double high, int intervals) {
  return labels(linear_ticks({low, high}, intervals).major);
}

std::vector<double> values(const std::vector<Tick>& ticks) {
  std::vector<double> result;
  for (const Tick& tick : ticks) result.push_back(tick.value);
  return result;
}

TEST(LinearTicks, AreMatplotlibs) {
  EXPECT_EQ(linear(0, 1, 9), (Labels{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}));
  EXPECT_EQ(linear(-1.5, 1.5, 9), (Labels{"−1.5", "−1.0", "−0.5", "0.0", "0.5", "1.0", "1.5"}));
  EXPECT_EQ(linear(-250, 5250, 9), (Labels{"0", "1000", "2000", "3000", "4000", "5000"}));
  EXPECT_EQ(linear(0, 4999, 5), (Labels{"0", "1000", "2000", "3000", "4000"}));
  EXPECT_EQ(linear(0.48, 0.52, 9),
            (Labels{"0.480", "0.485", "0.490", "0.495", "0.500", "0.505", "0.510", "0.515", "0.520"}));
  EXPECT_EQ(linear(-0.07, 1.3, 4), (Labels{"0.0", "0.5", "1.0"}));
  EXPECT_EQ(linear(0.001, 0.0023, 7),
            (Labels{"0.0010", "0.0012", "0.0014", "0.0016", "0.0018", "0.0020", "0.0022"}));
  EXPECT_EQ(linear(999, 1001, 9), (Labels{"999.00", "999.25", "999.50", "999.75", "1000.00", "1000.25",
                                          "1000.50", "1000.75", "1001.00"}));
}

TEST(LinearTicks, AreAtLeastTwoEvenWhenOneIntervalIsAskedFor) {
  EXPECT_EQ(linear(0, 1, 1), (Labels{"0", "1"}));
}

TEST(LinearTicks, ShareAPowerOfTenBelow1em5AndFrom1e6) {
  const Ticks small = linear_ticks({3.2e-6, 9.9e-6}, 9);
  EXPECT_EQ(labels(small.major), (Labels{"4", "5", "6", "7", "8", "9"}));
  EXPECT_EQ(small.multiplier, "1e−6");
  const Ticks large = linear_ticks({1e6, 5e8}, 6);
  EXPECT_EQ(labels(large.major), (Labels{"1", "2", "3", "4", "5"}));
  EXPECT_EQ(large.multiplier, "1e8");
  const Ticks negative = linear_ticks({-1234567, 3}, 8);
  EXPECT_EQ(labels(negative.major), (Labels{"−1.2", "−1.0", "−0.8", "−0.6", "−0.4", "−0.2", "0.0"}));
  EXPECT_EQ(negative.multiplier, "1e6");
  EXPECT_EQ(linear_ticks({0, 1}, 9).multiplier, "");
}

TEST(LinearTicks, OfABackwardAxisAreThoseOfTheForwardOne) { EXPECT_EQ(linear(1, 0, 9), linear(0, 1, 9)); }

TEST(LogTicks, MarkPowersOfTenWithMultiplesBetween) {
  const Ticks ticks = log_ticks({5.3e-3, 1.1}, 9);
  EXPECT_EQ(labels(ticks.major), (Labels{"10^−2", "10^−1", "10^0"}));
  EXPECT_EQ(ticks.minor.size(), 20U);
  for (const Tick& tick : ticks.minor) EXPECT_TRUE(tick.label.empty()) << tick.value;
  EXPECT_DOUBLE_EQ(ticks.minor.front().value, 0.006);
  EXPECT_DOUBLE_EQ(ticks.minor.back().value, 0.9);
}

TEST(LogTicks, SkipPowersWhenThereAreTooMany) {
  EXPECT_EQ(labels(log_ticks({1e-12, 1}, 9).major),
            (Labels{"10^−12", "10^−10", "10^−8", "10^−6", "10^−4", "10^−2", "10^0"}));
  EXPECT_EQ(labels(log_ticks({1e-12, 1}, 4).major), (Labels{"10^−12", "10^−8", "10^−4", "10^0"}));
  EXPECT_TRUE(log_ticks({1e-12, 1}, 9).minor.empty());
}

TEST(LogTicks, LabelSomeMultiplesWithinADecade) {
  const Ticks ticks = log_ticks({0.3, 2.5}, 9);
  EXPECT_EQ(labels(ticks.major), (Labels{"10^0"}));
  EXPECT_EQ(labels(ticks.minor), (Labels{"3×10^−1", "4×10^−1", "", "6×10^−1", "", "", "", "2×10^0"}));
}

TEST(LogTicks, LabelEveryMultipleWithin0Point4Decades) {
  EXPECT_EQ(labels(log_ticks({0.35, 0.64}, 9).minor), (Labels{"4×10^−1", "5×10^−1", "6×10^−1"}));
}

TEST(LogTicks, LabelMultiplesWhereAWiderAxisHoldsOnlyOnePower) {
  // matplotlib labels 10 alone here, from which no scale can be read.
  EXPECT_EQ(labels(log_ticks({2, 30}, 9).minor),
            (Labels{"2×10^0", "3×10^0", "4×10^0", "", "6×10^0", "", "", "", "2×10^1", "3×10^1"}));
}

TEST(LogTicks, AreLinearWhereTheAxisIsTooNarrowForMultiples) {
  const Ticks ticks = log_ticks({0.051, 0.0535}, 9);
  EXPECT_EQ(labels(ticks.major), (Labels{"0.0510", "0.0515", "0.0520", "0.0525", "0.0530", "0.0535"}));
  EXPECT_TRUE(ticks.minor.empty());
}

void expect_levels(double low, double high, int count, double first, double step, std::size_t edges) {
  const std::vector<double> levels = contour_levels(low, high, count);
  ASSERT_EQ(levels.size(), edges) << low << " to " << high;
  for (std::size_t i = 0; i < edges; ++i)
    EXPECT_NEAR(levels[i], first + static_cast<double>(i) * step, 1e-12 * (high - low));
}

TEST(ContourLevels, AreMatplotlibs) {
  expect_levels(0, 1, 20, 0, 0.05, 21);
  expect_levels(6.8e-14, 1, 20, 0, 0.05, 21);
  expect_levels(0.02, 0.97, 20, 0, 0.05, 21);
  expect_levels(-1, 1, 20, -1, 0.1, 21);
  expect_levels(0.4, 0.6, 20, 0.4, 0.01, 21);
  expect_levels(-3.7, 12.9, 20, -4, 0.8, 23);
  expect_levels(120, 5000, 20, 0, 250, 21);
  expect_levels(0, 1, 7, 0, 0.15, 8);
  expect_levels(-1, 1, 7, -1, 0.25, 9);
  expect_levels(120, 5000, 7, 0, 800, 8);
}

TEST(ContourLevels, SurroundConstantData) {
  const std::vector<double> levels = contour_levels(0.5, 0.5, 20);
  ASSERT_GE(levels.size(), 2U);
  EXPECT_LT(levels.front(), 0.5);
  EXPECT_GT(levels.back(), 0.5);
}

TEST(LinearTicks, LieInsideTheLimitsAndWriteZeroWithoutASign) {
  const std::vector<double> ticks = values(linear_ticks({-0.3, 0.3}, 9).major);
  ASSERT_EQ(ticks.size(), 7U);
  EXPECT_FALSE(std::signbit(ticks[3]));
  EXPECT_EQ(linear(-0.3, 0.3, 9)[3], "0.0");
}

}  // namespace
}  // namespace hindsight::figure
