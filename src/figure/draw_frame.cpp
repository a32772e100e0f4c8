#include <algorithm>

#include "figure/draw.hpp"
#include "figure/style.hpp"

namespace hindsight::figure {
namespace {

enum class Side { below, left, right };

/// Ticks and their labels along one side of a box.
class TickPainter {
 public:
  TickPainter(Canvas& canvas, const Rect& box, Side side, const Projection& project)
      : canvas_(canvas), box_(box), side_(side), project_(project) {}

  void draw(const Ticks& ticks) {
    for (const Tick& tick : ticks.minor) draw(tick, style::minor_tick_length, style::minor_tick_width);
    for (const Tick& tick : ticks.major) draw(tick, style::tick_length, style::tick_width);
  }

 private:
  void draw(const Tick& tick, double length, double width) {
    const double at = project_(tick.value);
    const Stroke stroke{.color = style::black, .width = width, .snap = true};
    if (side_ == Side::below) {
      canvas_.stroke(Polygon{{at, box_.bottom()}, {at, box_.bottom() + length}}, stroke);
      canvas_.text(tick.label, {at, box_.bottom() + style::tick_room},
                   {.horizontal = Horizontal::center, .vertical = Vertical::top});
      return;
    }
    const double outward = side_ == Side::left ? -1 : 1;
    const double edge = side_ == Side::left ? box_.left : box_.right();
    canvas_.stroke(Polygon{{edge, at}, {edge + outward * length, at}}, stroke);
    canvas_.text(tick.label, {edge + outward * style::tick_room, at},
                 {.horizontal = side_ == Side::left ? Horizontal::right : Horizontal::left,
                  .vertical = Vertical::center});
  }

  Canvas& canvas_;
  const Rect& box_;
  Side side_;
  const Projection& project_;
};

double line_pitch(const Canvas& canvas, double size) {
  return style::line_spacing * canvas.measure(std::string(), size).height();
}

/// The middle of a text of this width: `wanted`, or as near to it as keeps the text between low and high.
double kept_inside(double wanted, double width, double low, double high) {
  if (width >= high - low) return (low + high) / 2;
  return std::clamp(wanted, low + width / 2, high - width / 2);
}

double widest(const Lines& lines, double size, const Canvas& canvas) {
  double width = 0;
  for (const std::string& line : lines) width = std::max(width, canvas.measure(line, size).width);
  return width;
}

void draw_title(Canvas& canvas, const Panel& panel) {
  const double width = widest(panel.title, style::title_size, canvas);
  const double x = kept_inside(panel.box.center_x(), width, panel.cell.left, panel.cell.right());
  const double pitch = line_pitch(canvas, style::title_size);
  double bottom = panel.title_bottom - pitch * (static_cast<double>(panel.title.size()) - 1);
  for (const std::string& line : panel.title) {
    canvas.text(line, {x, bottom},
                {.size = style::title_size, .horizontal = Horizontal::center, .vertical = Vertical::bottom});
    bottom += pitch;
  }
}

void draw_x_label(Canvas& canvas, const Panel& panel) {
  const double width = widest(panel.x_label, style::text_size, canvas);
  const double x = kept_inside(panel.box.center_x(), width, panel.cell.left, panel.cell.right());
  double top = panel.x_label_top;
  for (const std::string& line : panel.x_label) {
    canvas.text(line, {x, top}, {.horizontal = Horizontal::center, .vertical = Vertical::top});
    top += line_pitch(canvas, style::text_size);
  }
}

/// Lines that read upwards; `left` is the upper edge of the first.
void draw_upwards(Canvas& canvas, const Panel& panel, const Lines& lines, double left) {
  const double width = widest(lines, style::text_size, canvas);
  const double y = kept_inside(panel.box.center_y(), width, panel.box.top, panel.box.bottom());
  for (const std::string& line : lines) {
    canvas.text(line, {left, y},
                {.horizontal = Horizontal::center, .vertical = Vertical::top, .upwards = true});
    left += line_pitch(canvas, style::text_size);
  }
}

void draw_y_label(Canvas& canvas, const Panel& panel) {
  if (panel.y_label.empty()) return;
  const double first_height = canvas.measure(std::string(), style::text_size).height();
  const double others =
      line_pitch(canvas, style::text_size) * (static_cast<double>(panel.y_label.size()) - 1);
  draw_upwards(canvas, panel, panel.y_label, panel.y_label_right - first_height - others);
}

void draw_multipliers(Canvas& canvas, const Panel& panel) {
  const Rect& box = panel.box;
  canvas.text(panel.y_ticks.multiplier, {box.left, box.top - style::multiplier_gap},
              {.vertical = Vertical::bottom});
  const double above_label = panel.x_label_top - style::label_gap;
  canvas.text(panel.x_ticks.multiplier, {box.right(), above_label},
              {.horizontal = Horizontal::right, .vertical = Vertical::bottom});
}

void draw_color_bar(Canvas& canvas, const Panel& panel) {
  const ColorBar& bar = *panel.color_bar;
  const Bands& bands = *last_bands(*panel.axes);
  const Projection project(Scale::linear, {bands.levels.front(), bands.levels.back()}, bar.box.bottom(),
                           bar.box.top);
  for (std::size_t i = 0; i < bands.colors.size(); ++i) {
    const double bottom = project(bands.levels[i]);
    // Up to the top of the bar, for the same reason as the bands: no seam between neighbours.
    canvas.fill(Rect{bar.box.left, bar.box.top, bar.box.width, bottom - bar.box.top}, bands.colors[i]);
  }
  canvas.stroke(bar.box, {.color = style::black, .width = style::spine_width, .snap = true});
  TickPainter(canvas, bar.box, Side::right, project).draw(bar.ticks);
  canvas.text(bar.ticks.multiplier, {bar.box.left, bar.box.top - style::multiplier_gap},
              {.vertical = Vertical::bottom});
  draw_upwards(canvas, panel, bar.label, bar.label_left);
}

}  // namespace

void draw_grid(Canvas& canvas, const Panel& panel) {
  if (!panel.axes->grid) return;
  const Projection x = panel.project_x();
  const Projection y = panel.project_y();
  const Rect& box = panel.box;
  const Stroke stroke{.color = style::grid_color, .width = style::grid_width, .snap = true};
  for (const Tick& tick : panel.x_ticks.major)
    canvas.stroke(Polygon{{x(tick.value), box.bottom()}, {x(tick.value), box.top}}, stroke);
  for (const Tick& tick : panel.y_ticks.major)
    canvas.stroke(Polygon{{box.left, y(tick.value)}, {box.right(), y(tick.value)}}, stroke);
}

void draw_frame(Canvas& canvas, const Panel& panel) {
  TickPainter(canvas, panel.box, Side::below, panel.project_x()).draw(panel.x_ticks);
  TickPainter(canvas, panel.box, Side::left, panel.project_y()).draw(panel.y_ticks);
  canvas.stroke(panel.box, {.color = style::black, .width = style::spine_width, .snap = true});
  draw_multipliers(canvas, panel);
  draw_title(canvas, panel);
  draw_x_label(canvas, panel);
  draw_y_label(canvas, panel);
  if (panel.color_bar) draw_color_bar(canvas, panel);
}

}  // namespace hindsight::figure
