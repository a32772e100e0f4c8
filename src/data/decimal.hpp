#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace hindsight::data {

/// `text` without the blanks around it.
inline std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// A few digits and nothing else, as most cells of most tables are: a whole number that needs no rounding.
inline std::optional<double> parse_digits(std::string_view text) {
  constexpr std::size_t exact = 15;  // 10^15 < 2^53
  const std::size_t n = text.size();
  if (n == 0 || n > exact) return {};
  const auto digit = [&](std::size_t at) { return static_cast<unsigned>(text[at]) - unsigned{'0'}; };
  if (n <= 3) {  // without a branch on the length, which no processor foresees
    constexpr unsigned first_weight[]{0, 0, 10, 100}, middle_weight[]{0, 0, 0, 10};
    const unsigned first = digit(0), middle = digit(n / 2), last = digit(n - 1);
    if (first > 9 || middle > 9 || last > 9) return {};
    return static_cast<double>(first_weight[n] * first + middle_weight[n] * middle + last);
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (digit(i) > 9) return {};
    value = 10 * value + digit(i);
  }
  return static_cast<double>(value);
}

/// All of `text` as a number, blanks around it and a leading plus allowed; "nan" and "inf" are numbers, not
/// finite ones.
std::optional<double> parse_decimal(std::string_view text);

}  // namespace hindsight::data
