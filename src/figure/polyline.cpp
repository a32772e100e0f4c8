#include "figure/polyline.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <utility>

namespace hindsight::figure {
namespace {

double distance_to_segment(Point p, Point a, Point b) {
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double length_squared = dx * dx + dy * dy;
  double t = 0;
  if (length_squared > 0) t = std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length_squared, 0.0, 1.0);
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

/// The first, lowest, highest and last of vertices that follow each other in one column.
std::vector<Point> thinned(std::span<const Point> line, double column_width) {
  const auto column = [&](std::size_t i) { return std::floor(line[i].x / column_width); };
  std::vector<Point> kept;
  for (std::size_t first = 0, end = 0; first < line.size(); first = end) {
    std::size_t lowest = first;
    std::size_t highest = first;
    for (end = first; end < line.size() && column(end) == column(first); ++end) {
      if (line[end].y < line[lowest].y) lowest = end;
      if (line[end].y > line[highest].y) highest = end;
    }
    std::size_t previous = line.size();
    for (const std::size_t i : {first, std::min(lowest, highest), std::max(lowest, highest), end - 1}) {
      if (i != previous) kept.push_back(line[i]);
      previous = i;
    }
  }
  return kept;
}

std::vector<Point> straightened(std::span<const Point> line, double tolerance) {
  std::vector<bool> keep(line.size(), false);
  keep.front() = keep.back() = true;
  std::vector<std::pair<std::size_t, std::size_t>> open = {{0, line.size() - 1}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    double farthest = tolerance;
    std::size_t split = first;
    for (std::size_t i = first + 1; i < last; ++i) {
      const double distance = distance_to_segment(line[i], line[first], line[last]);
      if (distance > farthest) {
        farthest = distance;
        split = i;
      }
    }
    if (split == first) continue;
    keep[split] = true;
    open.emplace_back(first, split);
    open.emplace_back(split, last);
  }
  std::vector<Point> kept;
  for (std::size_t i = 0; i < line.size(); ++i)
    if (keep[i]) kept.push_back(line[i]);
  return kept;
}

}  // namespace

std::vector<Point> simplified(std::span<const Point> line, double tolerance) {
  const std::vector<Point> few = thinned(line, tolerance);
  return few.size() < 3 ? few : straightened(few, tolerance);
}

bool crosses(const Rect& rect, Point a, Point b) {
  double enter = 0;
  double leave = 1;
  const auto clip = [&](double delta, double room) {  // keeps the t with t · delta <= room
    if (delta == 0) return room >= 0;
    const double t = room / delta;
    if (delta > 0)
      leave = std::min(leave, t);
    else
      enter = std::max(enter, t);
    return enter <= leave;
  };
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  return clip(-dx, a.x - rect.left) && clip(dx, rect.right() - a.x) && clip(-dy, a.y - rect.top) &&
         clip(dy, rect.bottom() - a.y);
}

}  // namespace hindsight::figure
