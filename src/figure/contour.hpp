#pragma once
#include <span>
#include <vector>

#include "figure/geometry.hpp"

namespace hindsight::figure {

/// Values on a grid: z[row * x.size() + column] at (x[column], y[row]).
struct Field {
  std::span<const double> x;
  std::span<const double> y;
  std::span<const double> z;
};

/// The region where the field, interpolated along the grid's lines, is at least `level`: closed polygons in
/// data units, holes running the other way round (fill them together, even-odd or non-zero). Cells with a
/// corner that is not finite are left out. Method: marching squares, ambiguous cells decided by the mean of
/// their corners.
std::vector<Polygon> region_above(const Field& field, double level);

}  // namespace hindsight::figure
