#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Plots as PNG and SVG from one description, with matplotlib's default sizes:
///
///     figure::Figure figure(14, 5, {.columns = 2});
///     figure.axes(0, 0).filled_contours(x, y, p, {.alpha = 0.6}).scatter(x0, y0, {.label = "class
///     0"}).legend(); figure.axes(0, 1).line(losses, {.label = "loss"}).y_scale(figure::Scale::log).grid();
///     figure.save("spirals.svg");
///
/// Data are copied when they are given. NaN and infinite values, and values <= 0 on a log axis, leave a gap
/// in a line and are skipped elsewhere. Text is UTF-8; a newline breaks a line and titles too long for their
/// place wrap.
namespace hindsight::figure {

/// A colour in sRGB; every part lies in [0, 1].
struct Color {
  double red = 0;
  double green = 0;
  double blue = 0;
  double alpha = 1;
  bool operator==(const Color&) const = default;
};

/// The colour of "#rrggbb"; throws ValueError for any other text.
Color hex(std::string_view text);
/// Colour `index` (modulo 10) of the tab10 cycle (Tableau's ten colours, matplotlib's default).
Color tab10(std::size_t index);
/// Σ weights[k] · colors[k], part by part: the colour of a point whose class probabilities are the weights.
/// Throws ValueError if the lengths differ.
Color blend(std::span<const Color> colors, std::span<const double> weights);

/// A map from [0, 1] to colours; values outside are clamped.
using Colormap = Color (*)(double t);
/// ColorBrewer's 11-class diverging RdBu (red at 0, blue at 1; Brewer, Harrower and the Pennsylvania State
/// University, colorbrewer2.org), interpolated linearly in 256 steps as matplotlib does.
Color rdbu(double t);
/// RdBu reversed: blue at 0, white at 0.5, red at 1.
Color rdbu_reversed(double t);

enum class Dash { solid, dashed, dotted, dash_dot };
enum class Scale { linear, log };
/// Where a legend stands; `best` covers the fewest data.
enum class Location { best, upper_right, upper_left, lower_left, lower_right };

/// Widths in points (1/72 inch). Without a colour the axes' tab10 cycle goes on; without a label no legend
/// entry.
struct LineOptions {
  std::optional<Color> color = std::nullopt;
  double width = 1.5;
  Dash dash = Dash::solid;
  std::string label = {};
};

/// `size` is the marker's area in square points, as matplotlib's `s`: 36 is a circle 6 points wide.
struct ScatterOptions {
  std::optional<Color> fill = std::nullopt;
  Color edge = {};
  double edge_width = 1;
  double size = 36;
  std::string label = {};
};

struct ReferenceOptions {
  Color color = {.red = 0.5, .green = 0.5, .blue = 0.5};
  double width = 1.5;
  Dash dash = Dash::dashed;
  std::string label = {};
};

/// `levels` are the edges of the bands; when empty, about `count` bands with round edges that span the data.
/// `alpha` blends each band with the white background.
struct ContourOptions {
  int count = 20;
  std::vector<double> levels = {};
  Colormap colormap = rdbu_reversed;
  double alpha = 1;
};

struct AxesState;
struct FigureState;

/// A handle to one coordinate system of a Figure; copies refer to the same axes, which may outlive the
/// figure.
class Axes {
 public:
  explicit Axes(std::shared_ptr<AxesState> state);

  /// A line through (x[i], y[i]). Throws ValueError if the lengths differ.
  Axes line(std::span<const double> x, std::span<const double> y, LineOptions options = {});
  /// A line through (i, y[i]), i = 0, 1, …
  Axes line(std::span<const double> y, LineOptions options = {});
  /// Circles at (x[i], y[i]). Throws ValueError if the lengths differ.
  Axes scatter(std::span<const double> x, std::span<const double> y, ScatterOptions options = {});
  /// Bands of z over the grid x × y, which must increase strictly; z[row * x.size() + column] belongs to
  /// (x[column], y[row]) and is interpolated linearly between the grid's points. Drawn beneath lines and
  /// points. Throws ValueError if the sizes do not fit, x, y or levels do not increase, or alpha is outside
  /// [0, 1].
  Axes filled_contours(std::span<const double> x, std::span<const double> y, std::span<const double> z,
                       ContourOptions options = {});
  /// A smooth image of rows × columns colours over [left, right] × [bottom, top]; cells[row * columns +
  /// column], row 0 at the bottom. For linear axes. Throws ValueError if the sizes do not fit or the extent
  /// is empty.
  Axes image(double left, double right, double bottom, double top, std::size_t rows, std::size_t columns,
             std::span<const Color> cells);
  /// A line across the whole axes; it counts for the limits. Throws ValueError for NaN and infinities.
  Axes horizontal_line(double y, ReferenceOptions options = {});
  Axes vertical_line(double x, ReferenceOptions options = {});

  Axes title(std::string text);
  Axes x_label(std::string text);
  Axes y_label(std::string text);
  /// Throws ValueError unless both ends are finite, differ, and are positive on a log scale.
  Axes x_limits(double left, double right);
  Axes y_limits(double bottom, double top);
  /// Throws ValueError if a log scale meets limits that are not positive.
  Axes x_scale(Scale scale);
  Axes y_scale(Scale scale);
  Axes grid(bool visible = true);
  Axes legend(Location location = Location::best);
  /// A scale beside the axes for its last filled contours (none are drawn without them).
  Axes color_bar(std::string label = {});

 private:
  std::shared_ptr<AxesState> state_;
};

struct Grid {
  std::size_t rows = 1;
  std::size_t columns = 1;
};

/// A page of rows × columns axes. Margins follow from the measured text, so that nothing overlaps.
class Figure {
 public:
  /// Throws ValueError unless both sides are in (0, 300] inches and the grid has at least one axes.
  explicit Figure(double width_inches = 6.4, double height_inches = 4.8, Grid grid = {});
  Figure(Figure&&) noexcept;
  Figure& operator=(Figure&&) noexcept;
  ~Figure();

  /// Throws IndexError if the grid has no such row or column.
  Axes axes(std::size_t row = 0, std::size_t column = 0) const;

  /// The picture, the same bytes for the same figure on one machine. They throw ValueError if the labels
  /// leave no room for the axes, a text is not UTF-8, or the image would be more than 32,767 pixels wide or
  /// high.
  std::vector<std::uint8_t> to_png(double dpi = 100) const;
  /// Letters are embedded as outlines: it looks the same where the font is missing.
  std::string to_svg() const;
  /// Writes a .png (100 dpi) or .svg as the path ends, whole or not at all: into a file beside it, then
  /// renamed. Throws FileError, which names the path and the reason.
  void save(const std::string& path) const;

 private:
  std::unique_ptr<FigureState> state_;
};

}  // namespace hindsight::figure
