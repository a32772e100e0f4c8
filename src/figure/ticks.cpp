#include "figure/ticks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

#include "base/format.hpp"

namespace hindsight::figure {
namespace {

// A tick that rounding pushed beyond the limits by this part of a step still counts as inside.
constexpr double edge_tolerance = 1e-10;

struct Steps {
  double step = 1;
  double first = 0;  ///< first and last whole multiple of the step inside the limits
  double last = 0;
};

Steps multiples_inside(Range limits, double step) {
  return {.step = step,
          .first = std::ceil(limits.low / step - edge_tolerance),
          .last = std::floor(limits.high / step + edge_tolerance)};
}

/// The smallest round step that makes at most `intervals` intervals; smaller ones while fewer than
/// `min_ticks` multiples fall inside. `mantissas` ascend within [1, 10).
Steps choose_step(Range limits, int intervals, std::initializer_list<double> mantissas, int min_ticks) {
  const double raw = (limits.high - limits.low) / intervals;
  const double scale = std::pow(10, std::floor(std::log10(raw)));
  std::vector<double> candidates;
  for (const double decade : {0.1, 1.0, 10.0})
    for (const double mantissa : mantissas) candidates.push_back(mantissa * decade * scale);
  auto chosen =
      std::find_if(candidates.begin(), candidates.end(), [raw](double step) { return step >= raw; });
  Steps steps = multiples_inside(limits, *chosen);
  while (steps.last - steps.first + 1 < min_ticks && chosen != candidates.begin())
    steps = multiples_inside(limits, *--chosen);
  return steps;
}

std::string with_true_minus(std::string digits) {
  const auto minus = digits.find('-');
  if (minus != std::string::npos) digits.replace(minus, 1, "\u2212");
  return digits;
}

/// The least number of decimals that tells the ticks to a thousandth of their span's power of ten.
int decimals_for(const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  double span = *high - *low;
  if (span == 0) span = std::abs(*high);
  if (span == 0) return 0;
  const double magnitude = std::floor(std::log10(span));
  const double tolerance = 1e-3 * std::pow(10, magnitude);
  const int most = std::max(0, 3 - static_cast<int>(magnitude));
  for (int decimals = 0; decimals < most; ++decimals) {
    const double unit = std::pow(10, -decimals);
    if (std::all_of(values.begin(), values.end(), [&](double value) {
          return std::abs(value - std::round(value / unit) * unit) < tolerance;
        }))
      return decimals;
  }
  return most;
}

void label_linearly(Ticks& ticks) {
  if (ticks.major.empty()) return;
  double largest = 0;
  for (const Tick& tick : ticks.major) largest = std::max(largest, std::abs(tick.value));
  // matplotlib's axes.formatter.limits: outside 1e-5 … 1e6 a common power of ten stands at the end of the
  // axis.
  const int exponent = largest > 0 ? static_cast<int>(std::floor(std::log10(largest))) : 0;
  const bool scientific = exponent <= -5 || exponent >= 6;
  if (scientific) ticks.multiplier = with_true_minus(formatted("1e{}", exponent));

  std::vector<double> mantissas;
  for (const Tick& tick : ticks.major)
    mantissas.push_back(scientific ? tick.value / std::pow(10, exponent) : tick.value);
  const int decimals = decimals_for(mantissas);
  for (std::size_t i = 0; i < mantissas.size(); ++i)
    ticks.major[i].label.base = with_true_minus(formatted("{:.{}f}", mantissas[i], decimals));
}

TickLabel power_label(int multiple, int exponent) {
  return {.base = multiple == 1 ? "10" : formatted("{}\u00d710", multiple),
          .exponent = with_true_minus(formatted("{}", exponent))};
}

bool inside(double value, Range limits) {
  return value >= limits.low * (1 - edge_tolerance) && value <= limits.high * (1 + edge_tolerance);
}

/// Minor labels as matplotlib's LogFormatter: every multiple within 0.4 decades, 2, 3, 4 and 6 within one.
/// Unlike there, also when a wider axis happens to hold fewer than two powers of ten.
bool labels_minor(int multiple, double decades, std::size_t powers_inside) {
  if (decades <= 0.4) return true;
  const bool sparse = decades <= 1 || powers_inside < 2;
  return sparse && (multiple <= 4 || multiple == 6);
}

std::size_t labelled(const Ticks& ticks) {
  const auto count = std::count_if(ticks.minor.begin(), ticks.minor.end(),
                                   [](const Tick& tick) { return !tick.label.empty(); });
  return ticks.major.size() + static_cast<std::size_t>(count);
}

}  // namespace

Ticks linear_ticks(Range limits, int intervals) {
  if (limits.low > limits.high) std::swap(limits.low, limits.high);
  const Steps steps = choose_step(limits, std::max(intervals, 1), {1, 2, 2.5, 5}, 2);
  Ticks ticks;
  // Adding zero turns −0 into 0.
  for (double k = steps.first; k <= steps.last; ++k) ticks.major.push_back({k * steps.step + 0.0, {}});
  label_linearly(ticks);
  return ticks;
}

Ticks log_ticks(Range limits, int count) {
  if (limits.low > limits.high) std::swap(limits.low, limits.high);
  const double low = std::log10(limits.low);
  const double high = std::log10(limits.high);
  const int whole_decades = static_cast<int>(std::floor(high) - std::ceil(low));
  int stride = (whole_decades + 1) / std::max(count, 2) + 1;
  if (stride >= whole_decades) stride = std::max(1, whole_decades - 1);

  Ticks ticks;
  const int first = static_cast<int>(std::floor(low));
  const int last = static_cast<int>(std::ceil(high));
  for (int exponent = first; exponent <= last; exponent += stride) {
    const double power = std::pow(10, exponent);
    if (inside(power, limits)) ticks.major.push_back({power, power_label(1, exponent)});
  }
  if (stride > 1 || whole_decades > 10) return ticks;
  for (int exponent = first; exponent <= last; ++exponent)
    for (int multiple = 2; multiple < 10; ++multiple) {
      const double value = multiple * std::pow(10, exponent);
      if (!inside(value, limits)) continue;
      const bool with_label = labels_minor(multiple, high - low, ticks.major.size());
      ticks.minor.push_back({value, with_label ? power_label(multiple, exponent) : TickLabel{}});
    }
  // Too narrow even for multiples of a power: it is as good as linear.
  return labelled(ticks) >= 2 ? ticks : linear_ticks(limits, count);
}

std::vector<double> contour_levels(double low, double high, int count) {
  if (!(high > low)) {
    const double margin = low == 0 ? 0.05 : 0.05 * std::abs(low);
    low -= margin;
    high += margin;
  }
  // matplotlib's contourf asks its MaxNLocator, with these mantissas, for one interval more than bands.
  const Steps steps = choose_step({low, high}, std::max(count, 1) + 1, {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8}, 1);
  const double first = std::floor(low / steps.step + edge_tolerance);
  const double last = std::ceil(high / steps.step - edge_tolerance);
  std::vector<double> levels;
  for (double k = first; k <= last; ++k) levels.push_back(k * steps.step + 0.0);
  return levels;
}

}  // namespace hindsight::figure
