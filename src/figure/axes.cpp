#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string_view>
#include <utility>

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "figure/limits.hpp"
#include "figure/state.hpp"
#include "figure/ticks.hpp"

namespace hindsight::figure {
namespace {

std::vector<double> copied(std::span<const double> values) { return {values.begin(), values.end()}; }

void require_same_length(std::string_view what, std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size())
    fail<ValueError>("{} got {} x values and {} y values: give one y for each x", what, x.size(), y.size());
}

void require_increasing(std::string_view what, std::span<const double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]))
      fail<ValueError>("filled_contours got {}[{}] = {}: {} must be finite", what, i, values[i], what);
    if (i > 0 && values[i] <= values[i - 1])
      fail<ValueError>("filled_contours got {}[{}] = {} after {}: {} must increase strictly", what, i,
                       values[i], values[i - 1], what);
  }
}

void require_finite(std::string_view what, double value) {
  if (!std::isfinite(value)) fail<ValueError>("{} got {}: give a finite value", what, value);
}

std::vector<double> levels_of(const ContourOptions& options, std::span<const double> z) {
  if (!options.levels.empty()) {
    if (options.levels.size() < 2)
      throw ValueError("filled_contours got 1 level: a band needs two, its edges");
    require_increasing("levels", options.levels);
    return options.levels;
  }
  if (options.count < 1)
    fail<ValueError>("filled_contours got count = {}: ask for at least one band", options.count);
  double low = INFINITY;
  double high = -INFINITY;
  for (const double value : z) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  return low <= high ? contour_levels(low, high, options.count) : contour_levels(0, 1, options.count);
}

/// Each band has the colour of its middle, on a map that spans all levels (as matplotlib's contourf).
/// Blending with white here, not with alpha on the page, is what keeps seams out: bands are painted opaque
/// over one another.
std::vector<Color> band_colors(const std::vector<double>& levels, const ContourOptions& options) {
  std::vector<Color> colors;
  for (std::size_t i = 0; i + 1 < levels.size(); ++i) {
    const double middle = (levels[i] + levels[i + 1]) / 2;
    const Color color = options.colormap((middle - levels.front()) / (levels.back() - levels.front()));
    const auto on_white = [&](double part) { return 1 + options.alpha * (part - 1); };
    colors.push_back(
        {.red = on_white(color.red), .green = on_white(color.green), .blue = on_white(color.blue)});
  }
  return colors;
}

void require_log_domain(std::string_view axis, const AxisState& state) {
  if (state.scale == Scale::log && state.limits && std::min(state.limits->low, state.limits->high) <= 0)
    fail<ValueError>("{} limits {} and {} do not fit a log scale: make both positive", axis,
                     state.limits->low, state.limits->high);
}

void set_limits(std::string_view axis, AxisState& state, Range limits) {
  if (!distinguishable(limits))
    fail<ValueError>("{} limits are {} and {}: give two finite values that differ", axis, limits.low,
                     limits.high);
  AxisState changed = state;
  changed.limits = limits;
  require_log_domain(axis, changed);
  state = std::move(changed);
}

void set_scale(std::string_view axis, AxisState& state, Scale scale) {
  AxisState changed = state;
  changed.scale = scale;
  require_log_domain(axis, changed);
  state = std::move(changed);
}

}  // namespace

const Bands* last_bands(const AxesState& axes) {
  const Bands* last = nullptr;
  for (const auto& ground : axes.grounds)
    if (const auto* bands = std::get_if<Bands>(&ground)) last = bands;
  return last;
}

Axes::Axes(std::shared_ptr<AxesState> state) : state_(std::move(state)) {}

Axes Axes::line(std::span<const double> x, std::span<const double> y, LineOptions options) {
  require_same_length("line", x, y);
  if (!options.color) options.color = tab10(state_->colors_used++);
  state_->series.emplace_back(Curve{copied(x), copied(y), std::move(options)});
  return *this;
}

Axes Axes::line(std::span<const double> y, LineOptions options) {
  std::vector<double> x(y.size());
  std::iota(x.begin(), x.end(), 0.0);
  return line(x, y, std::move(options));
}

Axes Axes::scatter(std::span<const double> x, std::span<const double> y, ScatterOptions options) {
  require_same_length("scatter", x, y);
  if (!(options.size >= 0)) fail<ValueError>("scatter got size = {}: an area is not negative", options.size);
  if (!options.fill) options.fill = tab10(state_->colors_used++);
  state_->series.emplace_back(Points{copied(x), copied(y), std::move(options)});
  return *this;
}

Axes Axes::filled_contours(std::span<const double> x, std::span<const double> y, std::span<const double> z,
                           ContourOptions options) {
  if (x.size() < 2 || y.size() < 2 || z.size() != x.size() * y.size())
    fail<ValueError>(
        "filled_contours got {} x values, {} y values and {} z values: give at least 2 x 2 "
        "grid points and one z for each (x.size() * y.size())",
        x.size(), y.size(), z.size());
  require_increasing("x", x);
  require_increasing("y", y);
  if (!(options.alpha >= 0 && options.alpha <= 1))
    fail<ValueError>("filled_contours got alpha = {}: give 0 (white) to 1 (opaque)", options.alpha);
  std::vector<double> levels = levels_of(options, z);
  std::vector<Color> colors = band_colors(levels, options);
  state_->grounds.emplace_back(Bands{copied(x), copied(y), copied(z), std::move(levels), std::move(colors)});
  return *this;
}

Axes Axes::image(double left, double right, double bottom, double top, std::size_t rows, std::size_t columns,
                 std::span<const Color> cells) {
  if (rows == 0 || columns == 0 || cells.size() != rows * columns)
    fail<ValueError>("image got {} cells for {} rows and {} columns: give rows * columns of them",
                     cells.size(), rows, columns);
  if (std::max(rows, columns) > 32'000)
    fail<ValueError>("image got {} rows and {} columns: give at most 32000 of each", rows, columns);
  for (const double end : {left, right, bottom, top}) require_finite("image", end);
  if (!(left < right && bottom < top))
    fail<ValueError>("image got the extent [{}, {}] x [{}, {}]: each must go from low to high", left, right,
                     bottom, top);
  state_->grounds.emplace_back(
      Image{{left, right}, {bottom, top}, rows, columns, {cells.begin(), cells.end()}});
  return *this;
}

Axes Axes::horizontal_line(double y, ReferenceOptions options) {
  require_finite("horizontal_line", y);
  state_->series.emplace_back(Reference{true, y, std::move(options)});
  return *this;
}

Axes Axes::vertical_line(double x, ReferenceOptions options) {
  require_finite("vertical_line", x);
  state_->series.emplace_back(Reference{false, x, std::move(options)});
  return *this;
}

Axes Axes::title(std::string text) {
  state_->title = std::move(text);
  return *this;
}

Axes Axes::x_label(std::string text) {
  state_->x.label = std::move(text);
  return *this;
}

Axes Axes::y_label(std::string text) {
  state_->y.label = std::move(text);
  return *this;
}

Axes Axes::x_limits(double left, double right) {
  set_limits("x", state_->x, {left, right});
  return *this;
}

Axes Axes::y_limits(double bottom, double top) {
  set_limits("y", state_->y, {bottom, top});
  return *this;
}

Axes Axes::x_scale(Scale scale) {
  set_scale("x", state_->x, scale);
  return *this;
}

Axes Axes::y_scale(Scale scale) {
  set_scale("y", state_->y, scale);
  return *this;
}

Axes Axes::grid(bool visible) {
  state_->grid = visible;
  return *this;
}

Axes Axes::legend(Location location) {
  state_->legend = location;
  return *this;
}

Axes Axes::color_bar(std::string label) {
  state_->color_bar = std::move(label);
  return *this;
}

}  // namespace hindsight::figure
