// Arrays printed as NumPy prints them: up to six digits, columns aligned, long axes abbreviated.
#include <algorithm>
#include <cmath>
#include <vector>

#include <hindsight/array.hpp>

#include "base/format.hpp"

namespace hindsight {
namespace {

constexpr std::int64_t abbreviate_above = 1000;  // elements, as NumPy's `threshold`
constexpr std::int64_t edge = 3;                 // entries kept at each end, as NumPy's `edgeitems`

/// The entries of an axis that are shown; −1 stands for "...".
std::vector<std::int64_t> shown(std::int64_t length, bool abbreviated) {
  std::vector<std::int64_t> entries;
  for (std::int64_t i = 0; i < length; ++i) {
    if (abbreviated && length > 2 * edge && i == edge) {
      entries.push_back(-1);
      i = length - edge;
    }
    entries.push_back(i);
  }
  return entries;
}

class Printer {
 public:
  explicit Printer(const Array& array) : array_(array), abbreviated_(array.elements() > abbreviate_above) {
    visit(0, 0, [this](double value) { measure(value); });
    scientific_ = largest_ >= 1e8 || (smallest_ > 0 && (smallest_ < 1e-4 || largest_ / smallest_ > 1000));
    if (!scientific_) visit(0, 0, [this](double value) { digits_ = std::max(digits_, decimals(value)); });
    visit(0, 0, [this](double value) { width_ = std::max(width_, text(value).size()); });
  }

  std::string print(std::size_t axis, std::int64_t first) const {
    if (axis == array_.shape().size()) return fmt::format("{:>{}}", text(array_.at(first)), width_);
    const std::int64_t length = array_.shape()[axis];
    const bool innermost = axis + 1 == array_.shape().size();
    const std::string gap =
        innermost ? " " : std::string(array_.shape().size() - axis - 1, '\n') + std::string(axis + 1, ' ');
    std::string result = "[";
    for (const std::int64_t entry : shown(length, abbreviated_)) {
      if (result.size() > 1) result += gap;
      result += entry < 0 ? std::string("...") : print(axis + 1, first + entry * inner(axis));
    }
    return result + "]";
  }

 private:
  std::int64_t inner(std::size_t axis) const {
    std::int64_t product = 1;
    for (std::size_t i = axis + 1; i < array_.shape().size(); ++i) product *= array_.shape()[i];
    return product;
  }
  template <class Body>
  void visit(std::size_t axis, std::int64_t first, Body&& body) const {
    if (axis == array_.shape().size()) return body(array_.at(first));
    for (const std::int64_t entry : shown(array_.shape()[axis], abbreviated_))
      if (entry >= 0) visit(axis + 1, first + entry * inner(axis), body);
  }
  void measure(double value) {
    if (!std::isfinite(value) || value == 0) return;
    largest_ = std::max(largest_, std::abs(value));
    smallest_ = smallest_ == 0 ? std::abs(value) : std::min(smallest_, std::abs(value));
  }
  bool is_floating_type() const { return is_floating(array_.dtype()); }
  int precision() const { return array_.dtype() == float32 ? 6 : 8; }
  /// The digits after the point that `value` needs, up to the precision.
  int decimals(double value) const {
    if (!std::isfinite(value)) return 0;
    const std::string digits = fmt::format("{:.{}f}", value, precision());
    const std::size_t last = digits.find_last_not_of('0');
    return static_cast<int>(last - digits.find('.'));
  }
  std::string text(double value) const {
    if (array_.dtype() == boolean) return value != 0 ? "True" : "False";
    if (!is_floating_type()) return fmt::format("{:.0f}", value);
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
    if (scientific_) return fmt::format("{:.{}e}", value, precision());
    return digits_ == 0 ? fmt::format("{:.0f}.", value) : fmt::format("{:.{}f}", value, digits_);
  }

  const Array& array_;
  bool abbreviated_;
  bool scientific_ = false;
  double largest_ = 0, smallest_ = 0;
  int digits_ = 0;
  std::size_t width_ = 0;
};

}  // namespace

std::string Array::str() const {
  if (is_abstract()) return fmt::format("<{} {}, not computed yet>", name(dtype_), shape_.str());
  return Printer(*this).print(0, 0);
}

}  // namespace hindsight
