#pragma once
#include "figure/canvas.hpp"
#include "figure/layout.hpp"

namespace hindsight::figure {

/// Filled contours and images, then (after the grid lines) lines, points and reference lines in order of
/// their calls.
void draw_grounds(Canvas& canvas, const Panel& panel);
void draw_series(Canvas& canvas, const Panel& panel);

/// Light lines at the major ticks.
void draw_grid(Canvas& canvas, const Panel& panel);
/// Spines, ticks, tick labels, axis labels, title and colour bar.
void draw_frame(Canvas& canvas, const Panel& panel);

void draw_legend(Canvas& canvas, const Panel& panel);

/// The parts of a line between values that cannot be shown, on the page.
std::vector<Polygon> visible_runs(const Curve& curve, const Panel& panel);

}  // namespace hindsight::figure
