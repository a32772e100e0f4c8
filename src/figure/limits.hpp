#pragma once
#include "figure/geometry.hpp"
#include "figure/state.hpp"

namespace hindsight::figure {

// Beyond these, differences and ratios of values would overflow or lose their digits.
constexpr double largest_shown = 1e300;
constexpr double smallest_shown = 1e-280;

/// Whether an axis can run between the ends: they differ by more than rounding and are neither huge nor tiny.
bool distinguishable(Range ends);

struct View {
  Range x, y;
};

/// What the axes show: the given limits, else the data widened by 5 % on each side (in decades on a log
/// scale), but not beyond an edge that a filled contour or an image reaches; always finite, positive on log
/// scales, and wider than rounding.
View view_of(const AxesState& axes);

/// Where a value stands between the axis's ends on the page. Values that cannot be shown (not finite, or <= 0
/// on a log scale) give NaN.
class Projection {
 public:
  Projection(Scale scale, Range limits, double low_point, double high_point);
  double operator()(double value) const;

 private:
  Scale scale_;
  double low_, high_, low_point_, high_point_;
};

}  // namespace hindsight::figure
