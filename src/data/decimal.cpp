#include "data/decimal.hpp"

#include <fast_float/fast_float.h>

namespace hindsight::data {

std::optional<double> parse_decimal(std::string_view text) {
  if (const auto whole = parse_digits(text)) return whole;
  text = trimmed(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = fast_float::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

}  // namespace hindsight::data
