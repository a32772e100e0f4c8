#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <hindsight/figure.hpp>

#include "figure/geometry.hpp"

/// What the public handles have been told: plain data, read by limits, layout, legend and drawing.
namespace hindsight::figure {

struct Curve {
  std::vector<double> x, y;
  LineOptions options;  ///< its colour is set
};

struct Points {
  std::vector<double> x, y;
  ScatterOptions options;  ///< its fill is set
};

struct Reference {
  bool horizontal = true;
  double value = 0;
  ReferenceOptions options;
};

/// Bands of a field between neighbouring levels: colors.size() == levels.size() − 1, already blended with
/// white.
struct Bands {
  std::vector<double> x, y, z, levels;
  std::vector<Color> colors;
};

struct Image {
  Range x, y;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<Color> cells;
};

struct AxisState {
  std::string label;
  std::optional<Range> limits;  ///< unset: from the data
  Scale scale = Scale::linear;
};

struct AxesState {
  std::vector<std::variant<Bands, Image>> grounds;             ///< beneath the grid lines
  std::vector<std::variant<Curve, Points, Reference>> series;  ///< above them, in order of the calls
  AxisState x, y;
  std::string title;
  bool grid = false;
  std::optional<Location> legend;
  std::optional<std::string> color_bar;  ///< its label
  std::size_t colors_used = 0;
};

struct FigureState {
  double width = 0;  ///< points
  double height = 0;
  Grid grid;
  std::vector<std::shared_ptr<AxesState>> axes;  ///< row by row
};

/// The last filled contours, whose scale a colour bar shows; null where there are none.
const Bands* last_bands(const AxesState& axes);

}  // namespace hindsight::figure
