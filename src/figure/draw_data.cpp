#include <cmath>

#include "figure/contour.hpp"
#include "figure/draw.hpp"
#include "figure/polyline.hpp"
#include "figure/style.hpp"

namespace hindsight::figure {
namespace {

class GroundPainter {
 public:
  GroundPainter(Canvas& canvas, const Panel& panel)
      : canvas_(canvas), x_(panel.project_x()), y_(panel.project_y()) {}

  /// Each band is painted as everything from its lower level to the top, over the bands below it, so that
  /// neighbours overlap instead of meeting at two antialiased edges, between which the page would shine
  /// through.
  void operator()(const Bands& bands) {
    // The last level itself still belongs to the last band: a saturated probability is exactly 1.
    const std::vector<Polygon> beyond = region(bands, std::nextafter(bands.levels.back(), INFINITY));
    for (std::size_t i = 0; i < bands.colors.size(); ++i) {
      std::vector<Polygon> band = region(bands, bands.levels[i]);
      // Even-odd: what lies above the last level stays unpainted.
      band.insert(band.end(), beyond.begin(), beyond.end());
      canvas_.fill(band, bands.colors[i]);
    }
  }

  void operator()(const Image& image) {
    const double left = x_(image.x.low);
    const double top = y_(image.y.high);
    const Rect rect{left, top, x_(image.x.high) - left, y_(image.y.low) - top};
    std::vector<Color> from_top;
    for (std::size_t row = image.rows; row-- > 0;)
      for (std::size_t column = 0; column < image.columns; ++column)
        from_top.push_back(image.cells[row * image.columns + column]);
    canvas_.image(rect, image.rows, image.columns, from_top);
  }

 private:
  std::vector<Polygon> region(const Bands& bands, double level) const {
    std::vector<Polygon> polygons = region_above({bands.x, bands.y, bands.z}, level);
    for (Polygon& polygon : polygons) {
      for (Point& point : polygon) point = {x_(point.x), y_(point.y)};
      polygon = simplified(polygon, style::vertex_tolerance);
    }
    return polygons;
  }

  Canvas& canvas_;
  Projection x_, y_;
};

class SeriesPainter {
 public:
  SeriesPainter(Canvas& canvas, const Panel& panel)
      : canvas_(canvas), panel_(panel), x_(panel.project_x()), y_(panel.project_y()) {}

  void operator()(const Curve& curve) {
    const Stroke stroke{
        .color = *curve.options.color, .width = curve.options.width, .dash = curve.options.dash};
    for (const Polygon& run : visible_runs(curve, panel_)) {
      if (run.size() == 1)  // between two gaps: a line would not show it
        canvas_.circle(run.front(), stroke.width, stroke.color, {.color = stroke.color, .width = 0});
      else
        canvas_.stroke(simplified(run, style::vertex_tolerance), stroke);
    }
  }

  void operator()(const Points& points) {
    const ScatterOptions& options = points.options;
    const double radius = std::sqrt(options.size) / 2;
    for (std::size_t i = 0; i < points.x.size(); ++i) {
      const Point center{x_(points.x[i]), y_(points.y[i])};
      if (std::isnan(center.x) || std::isnan(center.y)) continue;
      canvas_.circle(center, radius, *options.fill, {.color = options.edge, .width = options.edge_width});
    }
  }

  void operator()(const Reference& line) {
    const Stroke stroke{
        .color = line.options.color, .width = line.options.width, .dash = line.options.dash, .snap = true};
    const Rect& box = panel_.box;
    const double at = line.horizontal ? y_(line.value) : x_(line.value);
    if (std::isnan(at)) return;
    if (line.horizontal)
      canvas_.stroke(Polygon{{box.left, at}, {box.right(), at}}, stroke);
    else
      canvas_.stroke(Polygon{{at, box.bottom()}, {at, box.top}}, stroke);
  }

 private:
  Canvas& canvas_;
  const Panel& panel_;
  Projection x_, y_;
};

}  // namespace

std::vector<Polygon> visible_runs(const Curve& curve, const Panel& panel) {
  const Projection x = panel.project_x();
  const Projection y = panel.project_y();
  std::vector<Polygon> runs(1);
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    const Point point{x(curve.x[i]), y(curve.y[i])};
    if (!std::isnan(point.x) && !std::isnan(point.y))
      runs.back().push_back(point);
    else if (!runs.back().empty())
      runs.emplace_back();
  }
  if (runs.back().empty()) runs.pop_back();
  return runs;
}

void draw_grounds(Canvas& canvas, const Panel& panel) {
  const Canvas::Clip clip = canvas.clipped_to(panel.box);
  for (const auto& ground : panel.axes->grounds) std::visit(GroundPainter(canvas, panel), ground);
}

void draw_series(Canvas& canvas, const Panel& panel) {
  const Canvas::Clip clip = canvas.clipped_to(panel.box);
  for (const auto& series : panel.axes->series) std::visit(SeriesPainter(canvas, panel), series);
}

}  // namespace hindsight::figure
