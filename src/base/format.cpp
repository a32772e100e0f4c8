#define FMT_HEADER_ONLY
#include "base/format.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hindsight {

std::string format_arguments(fmt::string_view text, fmt::format_args arguments) {
  return fmt::vformat(text, arguments);
}

std::string excerpt(std::string_view text, std::size_t around) {
  constexpr std::size_t most = 80;
  if (text.size() <= most) return std::string(text);
  const auto within_character = [&](std::size_t i) {
    return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
  };
  std::size_t first = std::min(around - std::min(around, most / 2), text.size() - most), last = first + most;
  while (within_character(first)) --first;
  while (within_character(last)) ++last;
  return (first > 0 ? "…" : "") + std::string(text.substr(first, last - first)) +
         (last < text.size() ? "…" : "");
}

}  // namespace hindsight
