#include "figure/limits.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hindsight::figure {
namespace {

constexpr double margin = 0.05;

bool showable(double value, Scale scale) {
  return std::abs(value) < largest_shown && (scale == Scale::linear || value > 0);
}

/// The span of the data along one axis, and how far contours and images go.
struct Extent {
  Range data{INFINITY, -INFINITY};
  Range ground{INFINITY, -INFINITY};

  void add(double value) {
    data.low = std::min(data.low, value);
    data.high = std::max(data.high, value);
  }
  void add_ground(double low, double high, Scale scale) {
    for (const double value : {low, high}) {
      if (!showable(value, scale)) continue;
      add(value);
      ground.low = std::min(ground.low, value);
      ground.high = std::max(ground.high, value);
    }
  }
};

class Extents {
 public:
  explicit Extents(const AxesState& axes) : x_scale_(axes.x.scale), y_scale_(axes.y.scale) {
    for (const auto& ground : axes.grounds) std::visit(*this, ground);
    for (const auto& series : axes.series) std::visit(*this, series);
  }
  void operator()(const Bands& bands) {
    x.add_ground(bands.x.front(), bands.x.back(), x_scale_);
    y.add_ground(bands.y.front(), bands.y.back(), y_scale_);
  }
  void operator()(const Image& image) {
    x.add_ground(image.x.low, image.x.high, x_scale_);
    y.add_ground(image.y.low, image.y.high, y_scale_);
  }
  void operator()(const Curve& curve) { add_pairs(curve.x, curve.y); }
  void operator()(const Points& points) { add_pairs(points.x, points.y); }
  void operator()(const Reference& line) {
    if (line.horizontal && showable(line.value, y_scale_)) y.add(line.value);
    if (!line.horizontal && showable(line.value, x_scale_)) x.add(line.value);
  }

  Extent x, y;

 private:
  void add_pairs(const std::vector<double>& xs, const std::vector<double>& ys) {
    for (std::size_t i = 0; i < xs.size(); ++i) {
      if (!showable(xs[i], x_scale_) || !showable(ys[i], y_scale_)) continue;
      x.add(xs[i]);
      y.add(ys[i]);
    }
  }
  Scale x_scale_, y_scale_;
};

/// Data that hardly differ get room around them, as matplotlib's `nonsingular`.
Range widened(Range data, Scale scale) {
  if (data.low > data.high) return scale == Scale::log ? Range{1, 10} : Range{0, 1};
  if (distinguishable(data)) return data;
  // On a log scale out to the next powers of ten on both sides.
  if (scale == Scale::log)
    return {std::pow(10, std::ceil(std::log10(data.low)) - 1),
            std::pow(10, std::floor(std::log10(data.high)) + 1)};
  if (std::max(std::abs(data.low), std::abs(data.high)) < smallest_shown) return {-margin, margin};
  return {data.low - margin * std::abs(data.low), data.high + margin * std::abs(data.high)};
}

Range with_margins(const Extent& extent, Scale scale) {
  const Range data = widened(extent.data, scale);
  const bool keep_low = data.low == extent.ground.low;
  const bool keep_high = data.high == extent.ground.high;
  if (scale == Scale::log) {
    const double factor = std::pow(data.high / data.low, margin);
    return {keep_low ? data.low : data.low / factor, keep_high ? data.high : data.high * factor};
  }
  const double room = margin * (data.high - data.low);
  return {keep_low ? data.low : data.low - room, keep_high ? data.high : data.high + room};
}

}  // namespace

bool distinguishable(Range ends) {
  const double magnitude = std::max(std::abs(ends.low), std::abs(ends.high));
  return magnitude < largest_shown && magnitude >= smallest_shown &&
         std::abs(ends.high - ends.low) > magnitude * 1e-13;
}

View view_of(const AxesState& axes) {
  const Extents extents(axes);
  return {.x = axes.x.limits ? *axes.x.limits : with_margins(extents.x, axes.x.scale),
          .y = axes.y.limits ? *axes.y.limits : with_margins(extents.y, axes.y.scale)};
}

Projection::Projection(Scale scale, Range limits, double low_point, double high_point)
    : scale_(scale),
      low_(scale == Scale::log ? std::log10(limits.low) : limits.low),
      high_(scale == Scale::log ? std::log10(limits.high) : limits.high),
      low_point_(low_point),
      high_point_(high_point) {}

double Projection::operator()(double value) const {
  if (!showable(value, scale_)) return std::numeric_limits<double>::quiet_NaN();
  const double position = scale_ == Scale::log ? std::log10(value) : value;
  const double point = low_point_ + (position - low_) / (high_ - low_) * (high_point_ - low_point_);
  // Far outside the page a drawing library's fixed-point coordinates would wrap round.
  return std::clamp(point, -5e5, 5e5);
}

}  // namespace hindsight::figure
