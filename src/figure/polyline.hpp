#pragma once
#include <span>

#include "figure/geometry.hpp"

namespace hindsight::figure {

/// What is left of the line once every vertex is gone that nobody would miss. First, of vertices that follow
/// each other in one column `tolerance` wide only the first, lowest, highest and last stay (M4: Jugel,
/// Jerzak, Hackenbroich and Markl, 2014), so that a million noisy values stay cheap; then those within
/// `tolerance` of the simplified line go (Douglas and Peucker, 1973). The first and the last vertex stay.
std::vector<Point> simplified(std::span<const Point> line, double tolerance);

/// Whether the segment from a to b meets the rectangle (Liang and Barsky, 1984).
bool crosses(const Rect& rect, Point a, Point b);

}  // namespace hindsight::figure
