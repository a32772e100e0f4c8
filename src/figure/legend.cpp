#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "figure/draw.hpp"
#include "figure/polyline.hpp"
#include "figure/style.hpp"

namespace hindsight::figure {
namespace {

/// A label and how its series is drawn in small: a piece of line, or one marker.
struct Entry {
  std::string label;
  Stroke stroke;
  double radius = 0;  ///< of a marker; 0 for a line
  Color fill;
};

struct EntryOf {
  Entry operator()(const Curve& curve) const {
    const LineOptions& options = curve.options;
    return {options.label, {.color = *options.color, .width = options.width, .dash = options.dash}, 0, {}};
  }
  Entry operator()(const Points& points) const {
    const ScatterOptions& options = points.options;
    return {options.label,
            {.color = options.edge, .width = options.edge_width},
            std::sqrt(options.size) / 2,
            *options.fill};
  }
  Entry operator()(const Reference& line) const {
    const ReferenceOptions& options = line.options;
    return {options.label, {.color = options.color, .width = options.width, .dash = options.dash}, 0, {}};
  }
};

/// How much of the data a rectangle hides: vertices and points inside it, and lines that enter it.
class Cover {
 public:
  explicit Cover(const Panel& panel) : panel_(panel) {
    for (const auto& series : panel.axes->series) std::visit(*this, series);
  }
  void operator()(const Curve& curve) {
    for (Polygon& run : visible_runs(curve, panel_)) lines_.push_back(std::move(run));
  }
  void operator()(const Points& points) {
    const Projection x = panel_.project_x();
    const Projection y = panel_.project_y();
    for (std::size_t i = 0; i < points.x.size(); ++i) points_.push_back({x(points.x[i]), y(points.y[i])});
  }
  void operator()(const Reference& line) {
    const Rect& box = panel_.box;
    const double at = line.horizontal ? panel_.project_y()(line.value) : panel_.project_x()(line.value);
    lines_.push_back(line.horizontal ? Polygon{{box.left, at}, {box.right(), at}}
                                     : Polygon{{at, box.top}, {at, box.bottom()}});
  }

  std::ptrdiff_t hidden_by(const Rect& rect) const {
    const auto inside = [&rect](Point point) { return rect.contains(point); };
    std::ptrdiff_t hidden = std::count_if(points_.begin(), points_.end(), inside);
    for (const Polygon& line : lines_) {
      hidden += std::count_if(line.begin(), line.end(), inside);
      const auto enters = [&rect](Point a, Point b) { return crosses(rect, a, b); };
      if (std::adjacent_find(line.begin(), line.end(), enters) != line.end()) ++hidden;
    }
    return hidden;
  }

 private:
  const Panel& panel_;
  std::vector<Polygon> lines_;
  Polygon points_;
};

/// The nine places, as parts of the free width and height, in matplotlib's order: among equals the first
/// wins.
constexpr std::array<Point, 9> places = {
    {{1, 0}, {0, 0}, {0, 1}, {1, 1}, {1, 0.5}, {0, 0.5}, {0.5, 1}, {0.5, 0}, {0.5, 0.5}}};

Rect placed(const Rect& box, double width, double height, Point place) {
  const double gap = style::legend_axes_gap;
  return {box.left + gap + place.x * (box.width - 2 * gap - width),
          box.top + gap + place.y * (box.height - 2 * gap - height), width, height};
}

Rect best_place(const Panel& panel, double width, double height) {
  const Cover cover(panel);
  Rect best = placed(panel.box, width, height, places.front());
  std::ptrdiff_t least = cover.hidden_by(best);
  for (const Point place : places) {
    const Rect candidate = placed(panel.box, width, height, place);
    const std::ptrdiff_t hidden = cover.hidden_by(candidate);
    if (hidden >= least) continue;
    least = hidden;
    best = candidate;
  }
  return best;
}

Rect legend_box(const Panel& panel, double width, double height) {
  const Location location = *panel.axes->legend;
  if (location == Location::best) return best_place(panel, width, height);
  // The named corners are the first four places, in the same order.
  return placed(panel.box, width, height, places[static_cast<std::size_t>(location) - 1]);
}

void draw_entry(Canvas& canvas, const Entry& entry, Point left_middle) {
  const double right = left_middle.x + style::legend_handle_width;
  if (entry.radius > 0) {
    canvas.circle({left_middle.x + style::legend_handle_width / 2, left_middle.y}, entry.radius, entry.fill,
                  entry.stroke);
  } else {
    Stroke stroke = entry.stroke;
    stroke.snap = true;
    canvas.stroke(Polygon{left_middle, {right, left_middle.y}}, stroke);
  }
  canvas.text(entry.label, {right + style::legend_text_gap, left_middle.y}, {.vertical = Vertical::center});
}

}  // namespace

void draw_legend(Canvas& canvas, const Panel& panel) {
  if (!panel.axes->legend) return;
  std::vector<Entry> entries;
  double text_width = 0;
  for (const auto& series : panel.axes->series) {
    Entry entry = std::visit(EntryOf{}, series);
    if (entry.label.empty()) continue;
    text_width = std::max(text_width, canvas.measure(entry.label, style::text_size).width);
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) return;

  const double row = canvas.measure(std::string(), style::text_size).height();
  const double pitch = row + style::legend_row_gap;
  const double width =
      2 * style::legend_padding + style::legend_handle_width + style::legend_text_gap + text_width;
  const double height =
      2 * style::legend_padding + pitch * static_cast<double>(entries.size()) - style::legend_row_gap;
  const Rect box = legend_box(panel, width, height);
  canvas.rounded_box(box, style::legend_rounding, style::legend_fill,
                     {.color = style::legend_edge, .width = 1});
  Point left_middle{box.left + style::legend_padding, box.top + style::legend_padding + row / 2};
  for (const Entry& entry : entries) {
    draw_entry(canvas, entry, left_middle);
    left_middle.y += pitch;
  }
}

}  // namespace hindsight::figure
