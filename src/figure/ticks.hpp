#pragma once
#include <string>
#include <vector>

#include "figure/geometry.hpp"

/// Where an axis is marked and what stands there, after matplotlib's default locators and formatters.
namespace hindsight::figure {

/// A number as it is written: "0.5", or "10" with the exponent "−3" raised.
struct TickLabel {
  std::string base;
  std::string exponent;
  bool empty() const { return base.empty(); }
};

struct Tick {
  double value = 0;
  TickLabel label;
};

struct Ticks {
  std::vector<Tick> major;
  std::vector<Tick> minor;  ///< shorter marks, mostly without labels
  std::string multiplier;   ///< "1e−6" when all labels are to be multiplied by it, else empty
};

/// At most `intervals` + 1 round values inside the limits, at least two where possible.
Ticks linear_ticks(Range limits, int intervals);

/// Powers of ten inside the (positive) limits, no more than about `count`, with their multiples as minor
/// ticks. Minor ticks are labelled when the powers alone would leave the axis unreadable.
Ticks log_ticks(Range limits, int count);

/// Edges of about `count` bands of round width that cover [low, high].
std::vector<double> contour_levels(double low, double high, int count);

}  // namespace hindsight::figure
