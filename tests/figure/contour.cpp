#include "figure/contour.hpp"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

namespace hindsight::figure {
namespace {

/// ½ Σ (xᵢ yᵢ₊₁ − xᵢ₊₁ yᵢ): positive counterclockwise, so that holes count negative.
double area(const std::vector<Polygon>& polygons) {
  double twice = 0;
  for (const Polygon& polygon : polygons)
    for (std::size_t i = 0; i < polygon.size(); ++i) {
      const Point a = polygon[i];
      const Point b = polygon[(i + 1) % polygon.size()];
      twice += a.x * b.y - b.x * a.y;
    }
  return twice / 2;
}

/// A function sampled on n × n points of [low, high]².
struct Sampled {
  Sampled(std::size_t n, double low, double high, const std::function<double(double, double)>& f) {
    for (std::size_t i = 0; i < n; ++i)
      axis.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(n - 1));
    for (const double y : axis)
      for (const double x : axis) z.push_back(f(x, y));
  }
  std::vector<Polygon> above(double level) const { return region_above({axis, axis, z}, level); }
  std::vector<double> axis, z;
};

TEST(RegionAbove, OfZEqualsXIsARectangle) {
  const Sampled plane(11, 0, 1, [](double x, double) { return x; });
  for (const double level : {0.05, 0.25, 0.5, 0.99}) {
    const auto region = plane.above(level);
    ASSERT_EQ(region.size(), 1U) << level;
    EXPECT_NEAR(area(region), 1 - level, 1e-14) << level;
  }
}

TEST(RegionAbove, BandsOfAPlaneHaveEqualAreas) {
  // Steps of 0.15 do not fall on the grid; x + y in [a, a + 0.15], a = 0.6: (1 - (1.25²/2)) and so on,
  // exactly.
  const Sampled plane(7, 0, 1, [](double x, double y) { return x + y; });
  const auto exact = [](double a) { return a <= 1 ? 1 - a * a / 2 : (2 - a) * (2 - a) / 2; };
  for (double a = 0.15; a < 2; a += 0.15) EXPECT_NEAR(area(plane.above(a)), exact(a), 1e-14) << a;
}

TEST(RegionAbove, ApproachesACircle) {
  const double exact = std::acos(-1.0) * 0.64;
  double previous = 1;
  for (const std::size_t n : {26U, 51U, 101U, 201U}) {
    const Sampled cone(n, -1, 1, [](double x, double y) { return 1 - std::hypot(x, y); });
    const auto disc = cone.above(0.2);
    ASSERT_EQ(disc.size(), 1U);
    const double error = std::abs(area(disc) - exact);
    // Linear interpolation: the error falls with the square of the spacing.
    EXPECT_LT(error, previous / 3) << n;
    previous = error;
  }
  EXPECT_LT(previous, 1e-4);
}

TEST(RegionAbove, LeavesHoles) {
  const Sampled ring(101, -1, 1, [](double x, double y) { return -std::abs(std::hypot(x, y) - 0.5); });
  const auto region = ring.above(-0.2);
  EXPECT_EQ(region.size(), 2U);
  EXPECT_NEAR(area(region), std::acos(-1.0) * (0.49 - 0.09), 2e-3);
}

TEST(RegionAbove, IsTheWholeGridOrNothing) {
  const Sampled flat(5, 0, 2, [](double, double) { return 0.5; });
  EXPECT_NEAR(area(flat.above(0.5)), 4, 1e-15);
  EXPECT_TRUE(flat.above(0.5000001).empty());
}

TEST(RegionAbove, DecidesASaddleByTheMeanOfItsCorners) {
  const std::vector<double> ends = {0, 1};
  const std::vector<double> saddle = {1, 0, 0, 1};
  // The mean is 0.5. Below it the two high corners join: 1 less two triangles with legs 0.4.
  EXPECT_EQ(region_above({ends, ends, saddle}, 0.4).size(), 1U);
  EXPECT_NEAR(area(region_above({ends, ends, saddle}, 0.4)), 1 - 0.4 * 0.4, 1e-15);
  // Above it they part: two triangles with legs 0.4.
  EXPECT_EQ(region_above({ends, ends, saddle}, 0.6).size(), 2U);
  EXPECT_NEAR(area(region_above({ends, ends, saddle}, 0.6)), 0.4 * 0.4, 1e-15);
  // The same turned by a quarter.
  const std::vector<double> turned = {0, 1, 1, 0};
  EXPECT_NEAR(area(region_above({ends, ends, turned}, 0.4)), 1 - 0.4 * 0.4, 1e-15);
  EXPECT_NEAR(area(region_above({ends, ends, turned}, 0.6)), 0.4 * 0.4, 1e-15);
}

TEST(RegionAbove, LeavesOutCellsWithACornerThatIsNotANumber) {
  Sampled flat(5, 0, 4, [](double, double) { return 1; });
  flat.z[2 * 5 + 2] = NAN;
  EXPECT_NEAR(area(flat.above(0)), 16 - 4, 1e-15);
  flat.z[0] = INFINITY;
  EXPECT_NEAR(area(flat.above(0)), 16 - 5, 1e-15);
}

TEST(RegionAbove, TakesUnevenGrids) {
  const std::vector<double> x = {0, 0.1, 1};
  const std::vector<double> y = {0, 3, 4};
  const std::vector<double> z = {0, 0.1, 1, 0, 0.1, 1, 0, 0.1, 1};
  EXPECT_NEAR(area(region_above({x, y, z}, 0.55)), 0.45 * 4, 1e-14);
}

}  // namespace
}  // namespace hindsight::figure
