#include "figure/limits.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace hindsight::figure {
namespace {

struct Plot {
  std::shared_ptr<AxesState> state = std::make_shared<AxesState>();
  Axes axes{state};
  View view() const { return view_of(*state); }
};

void expect_range(Range actual, double low, double high) {
  EXPECT_NEAR(actual.low, low, 1e-12 * (std::abs(low) + 1e-300));
  EXPECT_NEAR(actual.high, high, 1e-12 * (std::abs(high) + 1e-300));
}

const std::vector<double> none;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(View, LeavesFivePercentAroundTheData) {
  Plot plot;
  plot.axes.line(std::vector<double>{0, 10}, std::vector<double>{-1, 1});
  expect_range(plot.view().x, -0.5, 10.5);
  expect_range(plot.view().y, -1.1, 1.1);
}

TEST(View, LeavesFivePercentOfTheDecadesOnALogScale) {
  Plot plot;
  plot.axes.line(std::vector<double>{1e-4, 1}).y_scale(Scale::log);
  expect_range(plot.view().y, std::pow(10, -4.2), std::pow(10, 0.2));
}

TEST(View, EndsWhereContoursEndUnlessDataGoFurther) {
  Plot plot;
  const std::vector<double> x = {-1.5, 1.5};
  plot.axes.filled_contours(x, x, std::vector<double>{0, 1, 0, 1});
  plot.axes.scatter(std::vector<double>{0, 0.5}, std::vector<double>{0, 2.5});
  expect_range(plot.view().x, -1.5, 1.5);
  expect_range(plot.view().y, -1.5, 2.7);
}

TEST(View, SkipsWhatCannotBeShown) {
  Plot plot;
  plot.axes.line(std::vector<double>{0, 1, 2, nan, 4}, std::vector<double>{0, nan, 5, 1, INFINITY});
  expect_range(plot.view().x, -0.1, 2.1);
  expect_range(plot.view().y, -0.25, 5.25);
}

TEST(View, SkipsWhatIsNotPositiveOnALogScale) {
  Plot plot;
  plot.axes.line(std::vector<double>{0, 1, 2, 3}, std::vector<double>{-1, 0, 1, 100}).y_scale(Scale::log);
  expect_range(plot.view().x, 2 - 0.05, 3 + 0.05);
  expect_range(plot.view().y, std::pow(10, -0.1), std::pow(10, 2.1));
}

TEST(View, WidensConstantData) {
  Plot plot;
  plot.axes.line(std::vector<double>{2, 2, 2});
  expect_range(plot.view().y, 1.89, 2.11);  // matplotlib: ±5 % of the value, then 5 % margins
  Plot zero;
  zero.axes.line(std::vector<double>{0, 0});
  expect_range(zero.view().y, -0.055, 0.055);
  Plot log;
  log.axes.line(std::vector<double>{1, 1}).y_scale(Scale::log);
  expect_range(log.view().y, std::pow(10, -1.1), std::pow(10, 1.1));
}

TEST(View, OfNothingIsTheUnitSquareOrADecade) {
  Plot plot;
  plot.axes.line(none).y_scale(Scale::log);
  expect_range(plot.view().x, -0.05, 1.05);
  expect_range(plot.view().y, std::pow(10, -0.05), std::pow(10, 1.05));
}

TEST(View, CountsReferenceLinesAndKeepsGivenLimits) {
  Plot plot;
  plot.axes.line(std::vector<double>{0, 1}).horizontal_line(-1).vertical_line(3).x_limits(5, 0);
  expect_range(plot.view().x, 5, 0);
  expect_range(plot.view().y, -1.1, 1.1);
}

TEST(Projection, MapsLinearlyAndByLogarithm) {
  const Projection linear(Scale::linear, {-1, 1}, 100, 200);
  EXPECT_DOUBLE_EQ(linear(0), 150);
  EXPECT_TRUE(std::isnan(linear(nan)));
  const Projection log(Scale::log, {1, 100}, 300, 100);
  EXPECT_DOUBLE_EQ(log(10), 200);
  EXPECT_TRUE(std::isnan(log(0)));
  EXPECT_TRUE(std::isnan(log(-1)));
}

}  // namespace
}  // namespace hindsight::figure
