#include "option_checks.hpp"

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "base/format.hpp"

namespace {

constexpr std::int64_t widest = 1'000'000;

std::optional<std::int64_t> parse_whole(const std::string& text) {
  char* end = nullptr;
  errno = 0;
  const std::int64_t value = std::strtoll(text.c_str(), &end, 10);
  if (text.empty() || text[0] == ' ' || *end != '\0' || errno == ERANGE) return {};
  return value;
}

std::optional<double> parse_number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || text[0] == ' ' || *end != '\0' || !std::isfinite(value)) return {};
  return value;
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text)
    if (c == ',')
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

}  // namespace

Check whole_number(std::int64_t least, std::int64_t most) {
  return [=](const std::string& text) -> std::string {
    const auto value = parse_whole(text);
    if (value && *value >= least && *value <= most) return {};
    if (most == std::numeric_limits<std::int64_t>::max())
      return hindsight::formatted("\"{}\" is not a whole number of at least {}", text, least);
    return hindsight::formatted("\"{}\" is not a whole number from {} to {}", text, least, most);
  };
}

Check positive_number() {
  return [](const std::string& text) -> std::string {
    const auto value = parse_number(text);
    return value && *value > 0 ? "" : hindsight::formatted("\"{}\" is not a number above 0", text);
  };
}

Check number_between(double least, double below) {
  return [=](const std::string& text) -> std::string {
    const auto value = parse_number(text);
    if (value && *value >= least && *value < below) return {};
    return hindsight::formatted("\"{}\" is not a number of at least {} and less than {}", text, least, below);
  };
}

Check layer_widths() {
  return [](const std::string& text) -> std::string {
    if (text == "0") return {};
    for (const std::string& part : split_at_commas(text)) {
      const auto width = parse_whole(part);
      if (!width || *width < 1 || *width > widest)
        return hindsight::formatted(
            "\"{}\" is not the width of a layer; give whole numbers from 1 to {}, such as 16,16", part,
            widest);
    }
    return {};
  };
}

std::vector<std::int64_t> parse_widths(const std::string& text) {
  std::vector<std::int64_t> widths;
  if (text == "0") return widths;
  for (const std::string& part : split_at_commas(text))
    widths.push_back(std::strtoll(part.c_str(), nullptr, 10));
  return widths;
}

Check one_in() {
  return [](const std::string& text) -> std::string {
    const auto count = text.starts_with("1/") ? parse_whole(text.substr(2)) : std::nullopt;
    if (count && *count >= 1) return {};
    return hindsight::formatted("\"{}\" is not one in so many, such as 1/1000", text);
  };
}

std::int64_t parse_one_in(const std::string& text) { return text.empty() ? 0 : *parse_whole(text.substr(2)); }
