#pragma once
#include <vector>

#include <hindsight/draw.hpp>

namespace hindsight::draw {

struct Point {
  double x, y;
};

/// Where everything stands on paper, in pixels. Layers run from top to bottom; boxes do not overlap, and no
/// arrow crosses a box.
struct Layout {
  struct Box {
    double left, top, width, height;
  };
  std::vector<Box> boxes;
  /// By arrow: where it bends, from the lower side of one box to the upper side of the other.
  std::vector<std::vector<Point>> ways;
  double width, height;
};

/// Boxes as wide as `widths` say. The layered drawing of Sugiyama, Tagawa and Toda (1981): an arrow over
/// several layers holds a place in each, the places of a layer are ordered by the mean of their neighbours',
/// and then moved as near to these as the order allows.
Layout lay_out(const Drawing& drawing, const std::vector<double>& widths, double height);

}  // namespace hindsight::draw
