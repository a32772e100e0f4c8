#pragma once
#include <cstdint>
#include <functional>
#include <vector>

namespace hindsight::optim {

/// A point on the line x + t·d: the value there, the gradient, and the slope along d.
struct LinePoint {
  double t = 0, value = 0, slope = 0;
  std::vector<double> gradient;
};

struct LineSearch {
  LinePoint found;
  std::int64_t evaluations = 0;
};

/// A step length near `first` at which the value has fallen by 1e-4 of what the slope at `start` (t = 0)
/// promised, and the slope to 0.9 of it at most: the strong Wolfe conditions; or the best one after 25
/// evaluations, or when the interval times `largest_move` (the largest |d|) is below `tolerance`.
LineSearch strong_wolfe(const std::function<LinePoint(double)>& at, const LinePoint& start, double first,
                        double largest_move, double tolerance);

}  // namespace hindsight::optim
