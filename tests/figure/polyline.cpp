#include "figure/polyline.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace hindsight::figure {
namespace {

TEST(Simplified, DropsVerticesOnAStraightLine) {
  Polygon line;
  for (int i = 0; i <= 100; ++i) line.push_back({i * 1.0, i * 2.0});
  const Polygon kept = simplified(line, 0.01);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept.back().x, 100);
}

TEST(Simplified, StaysWithinTheTolerance) {
  Polygon wave;
  for (int i = 0; i <= 2000; ++i) wave.push_back({i * 0.1, 20 * std::sin(i * 0.02)});
  const Polygon kept = simplified(wave, 0.05);
  EXPECT_LT(kept.size(), wave.size() / 8);
  std::size_t segment = 0;
  for (const Point point : wave) {
    while (kept[segment + 1].x < point.x) ++segment;
    const Point a = kept[segment];
    const Point b = kept[segment + 1];
    const double distance = std::abs((b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)) /
                            std::hypot(b.x - a.x, b.y - a.y);
    EXPECT_LE(distance, 0.05) << point.x;
  }
}

TEST(Simplified, KeepsSpikesShortLinesAndTheCornersOfRings) {
  const Polygon spike = {{0, 0}, {1, 0}, {1.01, 9}, {1.02, 0}, {2, 0}};
  EXPECT_EQ(simplified(spike, 0.05).size(), 5U);
  EXPECT_EQ(simplified(Polygon{{1, 1}}, 0.05).size(), 1U);
  EXPECT_TRUE(simplified(Polygon{}, 0.05).empty());
  const Polygon square = {{0, 0}, {1, 0}, {2, 0}, {2, 2}, {1, 2}, {0, 2}, {0, 0}};
  EXPECT_EQ(simplified(square, 0.05).size(), 5U);
}

TEST(Simplified, KeepsTheRangeOfDenseNoiseInFewVertices) {
  Polygon noise;
  for (int i = 0; i < 100000; ++i) noise.push_back({i * 1e-4, static_cast<double>(i * 7919LL % 1000)});
  const Polygon kept = simplified(noise, 0.05);
  EXPECT_LE(kept.size(), 4U * 201U);  // 10 points in columns of 0.05
  for (double column = 0; column < 9.9; column += 0.1) {
    double low = 999;
    double high = 0;
    for (const Point point : kept) {
      if (point.x < column || point.x > column + 0.1) continue;
      low = std::min(low, point.y);
      high = std::max(high, point.y);
    }
    EXPECT_EQ(low, 0) << column;
    EXPECT_EQ(high, 999) << column;
  }
}

TEST(Crosses, TellsWhetherASegmentMeetsARectangle) {
  const Rect rect{0, 0, 10, 5};
  EXPECT_TRUE(crosses(rect, {-5, 2}, {15, 3}));
  EXPECT_TRUE(crosses(rect, {1, 1}, {2, 2}));
  EXPECT_TRUE(crosses(rect, {5, -1}, {5, 6}));
  EXPECT_FALSE(crosses(rect, {-5, 2}, {-1, 3}));
  EXPECT_FALSE(crosses(rect, {8, -5}, {18, 5}));
  EXPECT_FALSE(crosses(rect, {-1, 6}, {11, 6}));
}

}  // namespace
}  // namespace hindsight::figure
