#include "ops/shape_of_curve.hpp"

#include <cmath>
#include <optional>

#include "base/format.hpp"

namespace {

namespace hs = hindsight;
using hs::Op, hs::Regime;

/// −8, −7.5, … 8: where operations of networks bend and end.
std::vector<double> small_numbers() {
  std::vector<double> numbers;
  for (int half = -16; half <= 16; ++half) numbers.push_back(0.5 * half);
  return numbers;
}

/// Whether the operation bends wherever `set` has put the numbers, whatever the others are.
template <class Set>
bool always_bends(const Op& op, const hs::Attributes& attributes, std::size_t inputs, const Set& set) {
  for (const double shift : {-7.25, -3.25, 1.25, 5.75}) {
    std::vector<double> x;
    for (std::size_t i = 0; i < inputs; ++i) x.push_back(shift + 0.375 * static_cast<double>(i * i));
    set(x);
    if (op.regime(x, attributes) != Regime::kink) return false;
  }
  return true;
}

/// Of all small numbers every second one: where whole numbers, or halves between them, are rounded.
bool repeats(const std::vector<double>& at) {
  if (at.size() < 16) return false;
  for (std::size_t i = 1; i < at.size(); ++i)
    if (at[i] - at[i - 1] != 1) return false;
  return true;
}

bool has_value(const Op& op, const hs::Sample& sample, double x) {
  const hs::Tensor at(hs::Array::full({}, x, hs::float64));
  return !std::isnan(hs::apply(op, {at}, sample.attributes).item());
}

/// The last number with a value on the way from `inside`, which has one, to `outside`, which has none.
double edge(const Op& op, const hs::Sample& sample, double inside, double outside) {
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (inside + outside);
    (has_value(op, sample, middle) ? inside : outside) = middle;
  }
  return std::abs(inside) < 1e-300 ? 0 : inside;
}

}  // namespace

std::vector<std::string> kinks_of(const Op& op, const hs::Attributes& attributes,
                                  const std::vector<std::string>& inputs) {
  std::vector<std::string> kinks;
  if (!op.regime) return kinks;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    std::vector<double> at;
    for (const double number : small_numbers())
      if (always_bends(op, attributes, inputs.size(), [&](std::vector<double>& x) { x[i] = number; }))
        at.push_back(number);
    if (repeats(at))
      kinks.push_back(
          hs::formatted("{} = {} for whole n", inputs[i], at[0] == std::floor(at[0]) ? "n" : "n + 0.5"));
    else
      for (const double number : at) kinks.push_back(hs::formatted("{} = {}", inputs[i], number));
    for (std::size_t k = i + 1; k < inputs.size(); ++k)
      if (always_bends(op, attributes, inputs.size(), [&](std::vector<double>& x) { x[k] = x[i]; }))
        kinks.push_back(hs::formatted("{} = {}", inputs[i], inputs[k]));
  }
  return kinks;
}

std::string domain_of(const Op& op, const hs::Sample& sample) {
  if (!op.elementwise || op.arity != 1 || !hs::is_floating(sample.inputs[0].dtype())) return "";
  std::optional<double> low, high;
  const std::vector<double> numbers = small_numbers();
  for (std::size_t i = 0; i + 1 < numbers.size(); ++i) {
    const double here = numbers[i], next = numbers[i + 1];
    const bool is_inside = has_value(op, sample, here), stays_inside = has_value(op, sample, next);
    if (!is_inside && stays_inside) low = edge(op, sample, next, here);
    if (is_inside && !stays_inside) high = edge(op, sample, here, next);
  }
  if (low && high) return hs::formatted("{:.6g} <= x <= {:.6g}", *low, *high);
  return low ? hs::formatted("x >= {:.6g}", *low) : high ? hs::formatted("x <= {:.6g}", *high) : "";
}
