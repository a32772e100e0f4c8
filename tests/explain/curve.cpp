// The U-curve as a picture.
#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include <hindsight/explain.hpp>

namespace explain = hindsight::explain;

namespace {

/// The points of the n-th line: pairs of pixels.
std::vector<std::pair<double, double>> line_of(const std::string& svg, std::size_t n) {
  std::size_t at = 0;
  for (std::size_t k = 0; k <= n; ++k) at = svg.find("fill=\"none\"", at + 1);
  const std::size_t start = svg.rfind("d=\"", at) + 3;
  std::string path = svg.substr(start, svg.find('"', start) - start);
  for (char& c : path)
    if (c == 'M' || c == 'L') c = ' ';
  std::vector<std::pair<double, double>> points;
  std::istringstream numbers(path);
  for (double x = 0, y = 0; numbers >> x >> y;) points.emplace_back(x, y);
  return points;
}

}  // namespace

TEST(Curve, PlacesTenthsAtEqualDistances) {
  // Errors that fall with the step: from (1, 1) at the right and top to (1e-4, 1e-4) at the left and bottom.
  const std::string svg =
      explain::to_svg({{"x", {{1, 1}, {1e-1, 1e-1}, {1e-2, 0}, {1e-3, 1e-3}, {1e-4, 1e-4}}}});
  const auto points = line_of(svg, 0);
  ASSERT_EQ(points.size(), 4U) << "an error of 0 has no place on a logarithmic axis";
  EXPECT_EQ(points[0].first, 624);
  EXPECT_EQ(points[0].second, 40);
  EXPECT_EQ(points[3].first, 64);
  EXPECT_EQ(points[3].second, 352);
  EXPECT_EQ(points[1].first, 64 + 0.75 * 560);
  EXPECT_EQ(points[2].second, 352 - 0.25 * 312);
  EXPECT_NE(svg.find(">1e-4</text>"), std::string::npos);
}

TEST(Curve, IsAUOfEachVariable) {
  const auto expression = explain::read_expression("exp(x)*y^3", {{"x", 1}, {"y", 2}});
  const std::string svg = explain::to_svg(
      {{"x", explain::errors_by_step(expression, "x")}, {"y", explain::errors_by_step(expression, "y")}});
  for (const std::size_t n : {0U, 1U}) {
    const auto points = line_of(svg, n);
    ASSERT_GT(points.size(), 20U);
    double lowest = 0;
    for (const auto& point : points) lowest = std::max(lowest, point.second);
    EXPECT_LT(points.front().second + 100, lowest) << "truncation";
    EXPECT_LT(points.back().second + 100, lowest) << "rounding";
  }
  EXPECT_NE(svg.find(">by x</text>"), std::string::npos);
  EXPECT_NE(svg.find(">by y</text>"), std::string::npos);
}
