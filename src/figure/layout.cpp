#include "figure/layout.hpp"

#include <algorithm>
#include <cmath>

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "figure/style.hpp"

namespace hindsight::figure {
namespace {

constexpr double smallest_box = 10;  // points
// Ticks depend on the boxes' size and this on the ticks' labels; a few rounds settle it.
constexpr int rounds = 4;

struct Insets {
  double left = 0, right = 0, top = 0, bottom = 0;
};

// --- text
// ---------------------------------------------------------------------------------------------------------

/// Breaks at newlines, and between words where a line would be wider than `width`.
Lines wrapped(const std::string& text, double size, double width, const Canvas& canvas) {
  Lines lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    std::string line;
    while (start < end) {
      const std::size_t space = std::min(text.find(' ', start + 1), end);
      const std::string word = text.substr(start, space - start);
      if (!line.empty() && canvas.measure(line + word, size).width > width) {
        lines.push_back(std::move(line));
        line = word.substr(word.find_first_not_of(' ') == 0 ? 0 : 1);
      } else {
        line += word;
      }
      start = space;
    }
    lines.push_back(std::move(line));
    start = end + 1;
  }
  return lines;
}

double block_height(const Lines& lines, double size, const Canvas& canvas) {
  if (lines.empty()) return 0;
  const double height = canvas.measure(std::string(), size).height();
  return height * (1 + style::line_spacing * static_cast<double>(lines.size() - 1));
}

/// Room for a label beside the tick labels.
double label_room(const Lines& lines, const Canvas& canvas) {
  return lines.empty() ? 0 : style::label_gap + block_height(lines, style::text_size, canvas);
}

// --- ticks
// --------------------------------------------------------------------------------------------------------

enum class Direction { across, upwards };

struct AxisSpan {
  Projection project;
  Direction direction;
  double length;
};

bool labels_overlap(const Ticks& ticks, const AxisSpan& axis, const Canvas& canvas) {
  struct Interval {
    double low, high;
  };
  std::vector<Interval> taken;
  for (const auto* group : {&ticks.major, &ticks.minor})
    for (const Tick& tick : *group) {
      if (tick.label.empty()) continue;
      const TextBox box = canvas.measure(tick.label, style::text_size);
      const bool across = axis.direction == Direction::across;
      const double half = across ? box.width / 2 + 2 : box.height() / 2;
      const double center = axis.project(tick.value);
      taken.push_back({center - half, center + half});
    }
  std::sort(taken.begin(), taken.end(), [](const Interval& a, const Interval& b) { return a.low < b.low; });
  return std::adjacent_find(taken.begin(), taken.end(), [](const Interval& a, const Interval& b) {
           return a.high > b.low;
         }) != taken.end();
}

/// As many ticks as have room. The first estimate is matplotlib's: labels three times as wide as high.
Ticks ticks_that_fit(Scale scale, Range limits, const AxisSpan& axis, const Canvas& canvas) {
  const double room = axis.direction == Direction::across ? 3 * style::text_size : 2 * style::text_size;
  int count = std::clamp(static_cast<int>(axis.length / room), 1, 9);
  for (;; --count) {
    Ticks ticks = scale == Scale::log ? log_ticks(limits, count) : linear_ticks(limits, count);
    if (!labels_overlap(ticks, axis, canvas)) return ticks;
    if (ticks.major.size() >= 2) {
      for (Tick& tick : ticks.minor) tick.label = {};
      if (!labels_overlap(ticks, axis, canvas)) return ticks;
    }
    if (count <= 1) return ticks;
  }
}

double widest_label(const Ticks& ticks, const Canvas& canvas) {
  double widest = 0;
  for (const auto* group : {&ticks.major, &ticks.minor})
    for (const Tick& tick : *group)
      if (!tick.label.empty()) widest = std::max(widest, canvas.measure(tick.label, style::text_size).width);
  return widest;
}

double highest_label(const Ticks& ticks, const Canvas& canvas) {
  double highest = 0;
  for (const auto* group : {&ticks.major, &ticks.minor})
    for (const Tick& tick : *group)
      if (!tick.label.empty())
        highest = std::max(highest, canvas.measure(tick.label, style::text_size).height());
  return highest;
}

// --- one panel
// ----------------------------------------------------------------------------------------------------

/// Chooses ticks and breaks lines for the present size of the box and the cell.
void fit_content(Panel& panel, const Canvas& canvas) {
  const AxesState& axes = *panel.axes;
  const Rect& box = panel.box;
  panel.x_ticks =
      ticks_that_fit(axes.x.scale, panel.view.x, {panel.project_x(), Direction::across, box.width}, canvas);
  panel.y_ticks =
      ticks_that_fit(axes.y.scale, panel.view.y, {panel.project_y(), Direction::upwards, box.height}, canvas);
  panel.title = wrapped(axes.title, style::title_size, panel.cell.width, canvas);
  panel.x_label = wrapped(axes.x.label, style::text_size, panel.cell.width, canvas);
  panel.y_label = wrapped(axes.y.label, style::text_size, box.height, canvas);
  const Bands* bands = last_bands(axes);
  if (!axes.color_bar || bands == nullptr) return;
  const Range limits{bands->levels.front(), bands->levels.back()};
  const Projection project(Scale::linear, limits, box.bottom(), box.top);
  panel.color_bar = ColorBar{
      .box = {},
      .ticks = ticks_that_fit(Scale::linear, limits, {project, Direction::upwards, box.height}, canvas),
      .label = wrapped(*axes.color_bar, style::text_size, box.height, canvas)};
}

double color_bar_width(const Panel& panel) { return panel.box.height / style::color_bar_aspect; }

/// Room for the power of ten common to the labels, above a box or below tick labels.
double multiplier_room(const Ticks& ticks, const Canvas& canvas) {
  if (ticks.multiplier.empty()) return 0;
  return style::multiplier_gap + canvas.measure(ticks.multiplier, style::text_size).height();
}

/// From the x axis to the lower edge of its tick labels and their multiplier.
double x_tick_room(const Panel& panel, const Canvas& canvas) {
  return style::tick_room + highest_label(panel.x_ticks, canvas) + multiplier_room(panel.x_ticks, canvas);
}

/// From the box to the lower edge of the title, less its gap.
double room_above(const Panel& panel, const Canvas& canvas) {
  const double room = multiplier_room(panel.y_ticks, canvas);
  return panel.color_bar ? std::max(room, multiplier_room(panel.color_bar->ticks, canvas)) : room;
}

double color_bar_room(const Panel& panel, const Canvas& canvas) {
  const ColorBar& bar = *panel.color_bar;
  const double beside = style::tick_room + widest_label(bar.ticks, canvas) + label_room(bar.label, canvas);
  const double above =
      bar.ticks.multiplier.empty() ? 0 : canvas.measure(bar.ticks.multiplier, style::text_size).width;
  return style::color_bar_gap + std::max(color_bar_width(panel) + beside, above);
}

/// The room that labels need around the box.
Insets insets_of(const Panel& panel, const Canvas& canvas) {
  const double half_line = canvas.measure(std::string(), style::text_size).height() / 2;
  Insets insets;
  insets.left = style::tick_room + widest_label(panel.y_ticks, canvas) + label_room(panel.y_label, canvas);
  insets.bottom = std::max(half_line, x_tick_room(panel, canvas) + label_room(panel.x_label, canvas));
  double above = room_above(panel, canvas);
  if (!panel.title.empty()) above += style::title_gap + block_height(panel.title, style::title_size, canvas);
  insets.top = std::max(half_line, above);
  if (panel.color_bar) insets.right = color_bar_room(panel, canvas);
  const Projection project = panel.project_x();
  for (const auto* group : {&panel.x_ticks.major, &panel.x_ticks.minor})
    for (const Tick& tick : *group) {
      if (tick.label.empty()) continue;
      const double half = canvas.measure(tick.label, style::text_size).width / 2;
      insets.left = std::max(insets.left, panel.box.left - project(tick.value) + half);
      insets.right = std::max(insets.right, project(tick.value) + half - panel.box.right());
    }
  return insets;
}

/// Fixes where labels and the colour bar stand, once the box has its place.
void place_content(Panel& panel, const Canvas& canvas) {
  const Rect& box = panel.box;
  panel.y_label_right = box.left - style::tick_room - widest_label(panel.y_ticks, canvas) - style::label_gap;
  panel.x_label_top = box.bottom() + x_tick_room(panel, canvas) + style::label_gap;
  panel.title_bottom = box.top - room_above(panel, canvas) - style::title_gap;
  if (panel.color_bar) {
    ColorBar& bar = *panel.color_bar;
    bar.box = {box.right() + style::color_bar_gap, box.top, color_bar_width(panel), box.height};
    bar.label_left = bar.box.right() + style::tick_room + widest_label(bar.ticks, canvas) + style::label_gap;
  }
}

// --- the page
// -----------------------------------------------------------------------------------------------------

/// Insets of whole columns and rows: boxes in one column share their left and right edges.
struct Margins {
  explicit Margins(const Grid& grid) : columns(grid.columns), rows(grid.rows) {}
  void include(std::size_t row, std::size_t column, const Insets& insets) {
    columns[column].left = std::max(columns[column].left, insets.left);
    columns[column].right = std::max(columns[column].right, insets.right);
    rows[row].top = std::max(rows[row].top, insets.top);
    rows[row].bottom = std::max(rows[row].bottom, insets.bottom);
  }
  /// What gaps, outer margins and labels take of the page's width and height.
  double total_width() const {
    double sum = style::page_margin * static_cast<double>(columns.size() + 1);
    for (const Insets& column : columns) sum += column.left + column.right;
    return sum;
  }
  double total_height() const {
    double sum = style::page_margin * static_cast<double>(rows.size() + 1);
    for (const Insets& row : rows) sum += row.top + row.bottom;
    return sum;
  }
  std::vector<Insets> columns, rows;
};

void place_boxes(std::vector<Panel>& panels, const Margins& margins, double box_width, double box_height) {
  double y = style::page_margin;
  auto panel = panels.begin();
  for (const Insets& row : margins.rows) {
    double x = style::page_margin;
    for (const Insets& column : margins.columns) {
      panel->cell = {x, y, column.left + box_width + column.right, row.top + box_height + row.bottom};
      panel->box = {x + column.left, y + row.top, box_width, box_height};
      x += panel->cell.width + style::page_margin;
      ++panel;
    }
    y += row.top + box_height + row.bottom + style::page_margin;
  }
}

}  // namespace

std::vector<Panel> lay_out(const FigureState& figure, const Canvas& canvas) {
  const auto columns = static_cast<double>(figure.grid.columns);
  const auto rows = static_cast<double>(figure.grid.rows);
  std::vector<Panel> panels;
  for (const auto& axes : figure.axes) {
    Panel panel;
    panel.axes = axes.get();
    panel.view = view_of(*axes);
    panels.push_back(std::move(panel));
  }
  place_boxes(panels, Margins(figure.grid), 0.8 * figure.width / columns, 0.8 * figure.height / rows);

  for (int round = 0; round < rounds; ++round) {
    Margins margins(figure.grid);
    for (std::size_t i = 0; i < panels.size(); ++i) {
      fit_content(panels[i], canvas);
      margins.include(i / figure.grid.columns, i % figure.grid.columns, insets_of(panels[i], canvas));
    }
    const double box_width = (figure.width - margins.total_width()) / columns;
    const double box_height = (figure.height - margins.total_height()) / rows;
    if (box_width < smallest_box || box_height < smallest_box)
      fail<ValueError>(
          "a figure of {:.3g} x {:.3g} inches has no room for {} x {} axes: margins and labels alone take "
          "{:.3g} x "
          "{:.3g} inches; make it larger or its labels shorter",
          figure.width / 72, figure.height / 72, figure.grid.rows, figure.grid.columns,
          margins.total_width() / 72, margins.total_height() / 72);
    place_boxes(panels, margins, box_width, box_height);
  }
  for (Panel& panel : panels) place_content(panel, canvas);
  return panels;
}

}  // namespace hindsight::figure
