// Mistakes in derivatives have faces: each function below knows one of them.
#include "readers/check/opcheck/cause.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/format.hpp"

namespace hindsight::proof {
namespace {

using Numbers = std::vector<double>;

bool alike(double a, double b) { return std::abs(a - b) <= 1e-6 * std::max(1e-3, std::abs(b)); }

/// Every compared element of `stated` is `pattern`'s.
bool matches(const Evidence& e, const Numbers& pattern) {
  if (pattern.size() != e.stated.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (e.compared[i] && !alike(e.stated[i], pattern[i])) return false;
  return true;
}

bool differ(const Evidence& e, std::size_t i) { return !alike(e.stated[i], e.measured[i]); }

std::string zero_everywhere(const Evidence& e) {
  for (std::size_t i = 0; i < e.stated.size(); ++i)
    if (e.compared[i] && e.stated[i] != 0) return "";
  return "it is zero everywhere: nothing arrives at this input (a detach, a cast, a value that was frozen, "
         "or "
         "a derivative that returns zeros)";
}

/// stated = ratio · measured throughout; NaN when there is no such ratio.
double common_ratio(const Evidence& e) {
  double ratio = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t i = 0; i < e.stated.size(); ++i) {
    if (!e.compared[i]) continue;
    if (std::abs(e.measured[i]) < 1e-9) {
      if (std::abs(e.stated[i]) > 1e-9) return std::numeric_limits<double>::quiet_NaN();
      continue;
    }
    const double here = e.stated[i] / e.measured[i];
    if (std::isnan(ratio))
      ratio = here;
    else if (!alike(here, ratio))
      return std::numeric_limits<double>::quiet_NaN();
  }
  return ratio;
}

/// Where a length of the input or the output makes the ratio, or a product of those of several axes.
std::string length_named(const Evidence& e, double length) {
  for (const auto& [shape, who] : {std::pair(&e.input, "input"), std::pair(&e.output, "output")}) {
    for (std::size_t axis = 0; axis < shape->size(); ++axis)
      if (alike(length, static_cast<double>((*shape)[axis])))
        return formatted("N = {}, the length of axis {} of the {} {}", (*shape)[axis], axis, who,
                         shape->str());
    if (alike(length, static_cast<double>(shape->elements())))
      return formatted("N = {}, the number of elements of the {} {}", shape->elements(), who, shape->str());
  }
  const double average = static_cast<double>(e.input.elements()) / static_cast<double>(e.output.elements());
  if (alike(length, average)) return formatted("N = {:g}, the number of inputs for each output", average);
  for (const auto& [known, what] : e.lengths)
    if (alike(length, static_cast<double>(known))) return formatted("N = {}, {}", known, what);
  return "";
}

std::string constant_ratio(const Evidence& e) {
  const double ratio = common_ratio(e);
  if (std::isnan(ratio) || alike(ratio, 1)) return "";
  if (alike(ratio, -1)) return "the sign is wrong: it is the negative of what was measured";
  const double size = std::abs(ratio);
  const std::string sign = ratio < 0 ? ", and the sign is wrong" : "";
  if (size > 1 && !alike(size, 2))
    if (const std::string length = length_named(e, size); !length.empty())
      return formatted("it is N times too large ({}): a mean whose 1/N is missing{}", length, sign);
  if (size < 1 && !alike(size, 0.5))
    if (const std::string length = length_named(e, 1 / size); !length.empty())
      return formatted("it is 1/N of what was measured ({}): divided by N once too often{}", length, sign);
  if (alike(size, 2)) {
    const std::string length = length_named(e, 2);
    return formatted(
        "it is twice what was measured: a factor 2 too much, or a path that is counted twice{}{}",
        length.empty() ? "" : formatted(" (or a mean whose 1/N is missing, {})", length), sign);
  }
  if (alike(size, 0.5)) {
    const std::string length = length_named(e, 2);
    return formatted("it is half of what was measured: a factor 2 is missing, as in d(x²) = 2x{}{}",
                     length.empty() ? "" : formatted(" (or divided by N once too often, {})", length), sign);
  }
  return formatted("it is {:.6g} times what was measured, at every element: a constant factor{}", size, sign);
}

std::string stale(const Evidence& e) {
  if (e.previous.empty() || !matches(e, e.previous)) return "";
  return "it is stale: the gradient of the call before, on another sample";
}

std::string transposed(const Evidence& e) {
  if (e.input.size() < 2) return "";
  const auto rows = static_cast<std::size_t>(e.input[e.input.size() - 2]),
             columns = static_cast<std::size_t>(e.input.back());
  if (rows < 2 || columns < 2) return "";
  Numbers turned(e.stated.size());
  for (std::size_t block = 0; block < turned.size(); block += rows * columns)
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < columns; ++j)
        turned[block + j * rows + i] = e.measured[block + i * columns + j];
  return matches(e, turned) ? "it is the transpose of what was measured" : "";
}

std::string of_another_input(const Evidence& e) {
  for (const Numbers& other : e.others)
    if (matches(e, other)) return "it is the gradient by another input: the two are exchanged";
  return "";
}

std::string without_cotangent(const Evidence& e) {
  Numbers plain(e.stated.size());
  for (std::size_t i = 0; i < plain.size(); ++i)
    for (std::size_t j = 0; j < e.contributions[i].size(); ++j)
      plain[i] += e.contributions[i][j] / e.cotangent[j];
  return matches(e, plain) ? "the cotangent of the output is not multiplied in" : "";
}

/// Of the outputs that an element reaches, only the first, or the last, or some one counts.
std::string not_summed(const Evidence& e) {
  bool several = false;
  for (std::size_t i = 0; i < e.stated.size(); ++i) {
    if (!e.compared[i]) continue;
    bool one = false;
    std::size_t reached = 0;
    for (const double part : e.contributions[i]) {
      reached += std::abs(part) > 1e-12;
      one |= alike(e.stated[i], part);
    }
    if (!one) return "";
    several |= reached > 1;
  }
  return several
             ? "of the outputs that an element reaches only one is counted: what was broadcast is not summed"
             : "";
}

std::string shifted(const Evidence& e) {
  const std::size_t n = e.measured.size();
  if (n < 3) return "";
  for (const int by : {1, -1}) {
    bool all = true;
    std::size_t seen = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const auto from = static_cast<std::ptrdiff_t>(i) + by;
      if (from < 0 || from >= static_cast<std::ptrdiff_t>(n) || !e.compared[i]) continue;
      all &= alike(e.stated[i], e.measured[static_cast<std::size_t>(from)]);
      ++seen;
    }
    if (all && seen > 1) return "the elements are off by one: each has the gradient of its neighbour";
  }
  return "";
}

/// Right on one side and wrong on the other.
std::string one_branch(const Evidence& e) {
  std::size_t wrong = 0, right = 0, zero = 0;
  bool wrong_negative = true, wrong_positive = true, right_negative = false, right_positive = false;
  for (std::size_t i = 0; i < e.stated.size(); ++i) {
    if (!e.compared[i]) continue;
    const bool negative = i < e.x.size() && e.x[i] < 0;
    if (differ(e, i)) {
      ++wrong;
      zero += e.stated[i] == 0;
      (negative ? wrong_positive : wrong_negative) = false;
    } else {
      ++right;
      (negative ? right_negative : right_positive) = true;
    }
  }
  if (wrong == 0 || right == 0) return "";
  if (wrong_negative && !right_negative)
    return "it is wrong for negative inputs only: one branch is missing or has the other's derivative";
  if (wrong_positive && !right_positive)
    return "it is wrong for positive inputs only: one branch is missing or has the other's derivative";
  if (zero == wrong) return "it is right where it is not zero: a branch, or some of the elements, is missing";
  return formatted("{} of {} elements are right: a branch, an edge or an index is wrong", right,
                   wrong + right);
}

/// An elementwise function y of x: what lacks is a plain term.
std::string missing_term(const Evidence& e) {
  if (e.y.size() != e.x.size() || e.stated.size() != e.x.size() || e.cotangent.size() != e.x.size())
    return "";
  const auto lacks = [&](auto&& term) {
    for (std::size_t i = 0; i < e.x.size(); ++i) {
      const double rest = (e.measured[i] - e.stated[i]) / e.cotangent[i];
      const double want = term(e.x[i], e.y[i]);
      if (e.compared[i] && std::isfinite(want) && !alike(rest, want)) return false;
    }
    return true;
  };
  constexpr const char* text =
      "what lacks is {} at every element: a term is missing (the product rule has two)";
  if (lacks([](double x, double y) { return y / x; })) return formatted(text, "y/x");
  if (lacks([](double, double y) { return y; })) return formatted(text, "y");
  if (lacks([](double x, double) { return x; })) return formatted(text, "x");
  if (lacks([](double, double) { return 1; })) return formatted(text, "1");
  return "";
}

}  // namespace

std::string probable_cause(const Evidence& e) {
  for (const auto& look : {zero_everywhere, constant_ratio, stale, transposed, of_another_input,
                           without_cotangent, not_summed, shifted, missing_term, one_branch})
    if (std::string cause = look(e); !cause.empty()) return cause;
  return "";
}

}  // namespace hindsight::proof
