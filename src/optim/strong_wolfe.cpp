// Nocedal and Wright, "Numerical optimization", 2006, algorithms 3.5 and 3.6, with the safeguards of minFunc
// (Schmidt, 2005), which PyTorch's search has too.
#include "optim/strong_wolfe.hpp"

#include <algorithm>
#include <cmath>

namespace hindsight::optim {
namespace {

constexpr double fall = 1e-4, flattening = 0.9;
constexpr std::int64_t most_evaluations = 25;

/// The minimum of the cubic through both values and slopes (equation 3.59), held within [low, high]; the
/// middle where the cubic has none.
double cubic_minimum(const LinePoint& a, const LinePoint& b, double low, double high) {
  const double d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.t - b.t);
  const double square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const double d2 = std::sqrt(square);
  const auto [left, right] = a.t <= b.t ? std::pair(&a, &b) : std::pair(&b, &a);
  const double t =
      right->t - (right->t - left->t) * ((right->slope + d2 - d1) / (right->slope - left->slope + 2 * d2));
  return std::min(std::max(t, low), high);
}

class Search {
 public:
  Search(const std::function<LinePoint(double)>& at, const LinePoint& start, double tolerance)
      : at_(at), start_(start), tolerance_(tolerance) {}

  LineSearch run(double first) {
    LinePoint now = evaluate(first);
    const bool done = bracket(now);
    if (high_.value < low_.value) std::swap(low_, high_);
    if (!done) zoom();
    return {low_, evaluations_};
  }

 private:
  LinePoint evaluate(double t) {
    ++evaluations_;
    return at_(t);
  }
  bool too_high(const LinePoint& point) const {
    return point.value > start_.value + fall * point.t * start_.slope;
  }
  bool is_flat(const LinePoint& point) const { return std::abs(point.slope) <= -flattening * start_.slope; }

  /// Walks ahead until a point fulfils the conditions (true), or an interval holds one: low_ and high_.
  bool bracket(LinePoint& now) {
    low_ = start_;
    for (; rounds_ < most_evaluations; ++rounds_) {
      if (too_high(now) || (rounds_ > 1 && now.value >= low_.value)) break;
      if (is_flat(now)) {
        low_ = high_ = now;
        return true;
      }
      if (now.slope >= 0) break;
      const double t = cubic_minimum(low_, now, now.t + 0.01 * (now.t - low_.t), now.t * 10);
      low_ = now;
      now = evaluate(t);
    }
    if (rounds_ == most_evaluations) low_ = start_;
    high_ = now;
    return false;
  }

  /// Where to look next within the interval: not twice near an end, which would creep.
  double next() {
    const double left = std::min(low_.t, high_.t), right = std::max(low_.t, high_.t);
    const double t = cubic_minimum(low_, high_, left, right), margin = 0.1 * (right - left);
    if (!(std::min(right - t, t - left) < margin)) {
      near_an_end_ = false;
      return t;
    }
    if (!near_an_end_ && t < right && t > left) {
      near_an_end_ = true;
      return t;
    }
    near_an_end_ = false;
    return std::abs(t - right) < std::abs(t - left) ? right - margin : left + margin;
  }

  void zoom() {
    while (rounds_ < most_evaluations && std::abs(high_.t - low_.t) >= tolerance_) {
      LinePoint now = evaluate(next());
      ++rounds_;
      if (too_high(now) || now.value >= low_.value) {
        high_ = std::move(now);
        if (high_.value < low_.value) std::swap(low_, high_);
        continue;
      }
      const bool done = is_flat(now);
      if (!done && now.slope * (high_.t - low_.t) >= 0) high_ = low_;
      low_ = std::move(now);
      if (done) return;
    }
  }

  const std::function<LinePoint(double)>& at_;
  const LinePoint& start_;
  double tolerance_;  // of the length of the interval
  std::int64_t evaluations_ = 0, rounds_ = 0;
  LinePoint low_, high_;
  bool near_an_end_ = false;
};

}  // namespace

LineSearch strong_wolfe(const std::function<LinePoint(double)>& at, const LinePoint& start, double first,
                        double largest_move, double tolerance) {
  return Search(at, start, tolerance / largest_move).run(first);
}

}  // namespace hindsight::optim
