#pragma once
#include <optional>
#include <string>
#include <vector>

#include "figure/canvas.hpp"
#include "figure/geometry.hpp"
#include "figure/limits.hpp"
#include "figure/state.hpp"
#include "figure/ticks.hpp"

namespace hindsight::figure {

using Lines = std::vector<std::string>;

struct ColorBar {
  Rect box;
  Ticks ticks;
  Lines label;
  double label_left = 0;
};

/// One axes with everything in its place.
struct Panel {
  const AxesState* axes = nullptr;
  View view;
  Rect box;   ///< between the spines
  Rect cell;  ///< the box with its labels; cells do not overlap
  Ticks x_ticks, y_ticks;
  Lines title, x_label, y_label;
  double title_bottom = 0;
  double x_label_top = 0;
  double y_label_right = 0;
  std::optional<ColorBar> color_bar;

  Projection project_x() const { return {axes->x.scale, view.x, box.left, box.right()}; }
  Projection project_y() const { return {axes->y.scale, view.y, box.bottom(), box.top}; }
};

/// Places all axes, boxes of equal size in a grid with margins as wide as the measured text needs. Throws
/// ValueError if that leaves a box no room.
std::vector<Panel> lay_out(const FigureState& figure, const Canvas& canvas);

}  // namespace hindsight::figure
