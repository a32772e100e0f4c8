// Arrays printed as NumPy prints them: up to eight digits, columns aligned, long axes abbreviated.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <vector>

#include <hindsight/array.hpp>

#include "base/format.hpp"

namespace hindsight {
namespace {

constexpr std::int64_t abbreviate_above = 1000;  // elements, as NumPy's `threshold`
constexpr int most_digits = 8;                   // after the point, as NumPy's `precision`
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
    visit(0, 0, [this](double value) { digits_ = std::max(digits_, digits(value)); });
    std::size_t longest_word = 0;  // nan and inf take the room of a number, from the right
    visit(0, 0, [&](double value) {
      const std::string plain = text(value);
      if (!std::isfinite(value)) {
        longest_word = std::max(longest_word, plain.size());
        return;
      }
      const std::size_t point = std::min(plain.find('.'), plain.size());
      left_ = std::max(left_, point);
      right_ = std::max(right_, plain.size() - point);
    });
    if (longest_word > left_ + right_) left_ = longest_word - right_;
  }

  std::string print(std::size_t axis, std::int64_t first) const {
    if (axis == array_.shape().size()) return padded(text(array_.at(first)));
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
  std::string formatted(double value, int digits) const {
    return scientific_ ? hindsight::formatted("{:.{}e}", value, digits)
                       : hindsight::formatted("{:#.{}f}", value, digits);
  }
  /// Digits after the point that `value` needs to be told apart, eight at most.
  int digits(double value) const {
    if (!std::isfinite(value) || !is_floating(array_.dtype())) return 0;
    for (int count = 0; count < most_digits; ++count) {
      const double read = std::strtod(formatted(value, count).c_str(), nullptr);
      if (array_.dtype() == float32 ? static_cast<float>(read) == static_cast<float>(value) : read == value)
        return count;
    }
    const std::string all = formatted(value, most_digits).substr(0, formatted(value, most_digits).find('e'));
    return static_cast<int>(all.find_last_not_of('0') - all.find('.'));
  }
  std::string text(double value) const {
    if (array_.dtype() == boolean) return value != 0 ? "True" : "False";
    if (!is_floating(array_.dtype())) return hindsight::formatted("{:.0f}", value);
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
    if (scientific_) return hindsight::formatted("{:#.{}e}", value, digits_);
    return formatted(value, digits(value));
  }
  /// Points stand below each other.
  std::string padded(const std::string& plain) const {
    if (!is_floating(array_.dtype()) ||
        !std::isdigit(static_cast<unsigned char>(plain.back() == '.' ? '0' : plain.back())))
      return hindsight::formatted("{:>{}}", plain, left_ + right_);
    const std::size_t point = std::min(plain.find('.'), plain.size());
    return hindsight::formatted("{}{}{}", std::string(left_ - point, ' '), plain,
                                std::string(right_ - (plain.size() - point), ' '));
  }

  const Array& array_;
  bool abbreviated_;
  bool scientific_ = false;
  double largest_ = 0, smallest_ = 0;
  int digits_ = 0;                    // of the mantissa, in scientific notation
  std::size_t left_ = 0, right_ = 0;  // columns before and from the point on
};

}  // namespace

std::string Array::str() const {
  if (is_abstract()) return hindsight::formatted("<{} {}, not computed yet>", name(dtype_), shape_.str());
  return Printer(*this).print(0, 0);
}

}  // namespace hindsight
