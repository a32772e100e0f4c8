#pragma once
#include <vector>

/// Plane geometry of the page: points (1/72 inch) from the upper left corner, y downwards.
namespace hindsight::figure {

struct Point {
  double x = 0;
  double y = 0;
};

using Polygon = std::vector<Point>;

struct Rect {
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;
  double right() const { return left + width; }
  double bottom() const { return top + height; }
  double center_x() const { return left + width / 2; }
  double center_y() const { return top + height / 2; }
  bool contains(Point p) const { return p.x >= left && p.x <= right() && p.y >= top && p.y <= bottom(); }
};

/// Two ends of an axis in data units; `low` > `high` where the axis runs backwards.
struct Range {
  double low = 0;
  double high = 1;
};

}  // namespace hindsight::figure
