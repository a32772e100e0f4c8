#include "data/text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hindsight::data {
namespace {

unsigned char byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

/// Bytes of the UTF-8 character that begins at `at`, 0 when none does. The Unicode Standard 15.0, table 3-7:
/// no overlong forms, no surrogates, nothing above U+10FFFF.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const unsigned char first = byte_at(text, at);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() - at < length) return 0;
  const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte_at(text, at + 1) < low || byte_at(text, at + 1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((byte_at(text, at + i) & 0xC0) != 0x80) return 0;
  return length;
}

bool is_control(unsigned char c) { return c < 0x20 && c != '\t' && c != '\n' && c != '\r'; }

/// Whether eight bytes are all printable ASCII or line ends, or may not be and are to be looked at one by
/// one.
bool plain(std::string_view text, std::size_t at) {
  std::uint64_t word;
  std::memcpy(&word, text.data() + at, sizeof word);
  constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x80 * ones;
  // A byte below 0x20 borrows from its top bit when 0x20 is taken off: "determine if a word has a byte less
  // than n", S. E. Anderson, Bit Twiddling Hacks.
  return ((word | ((word - ones * 0x20) & ~word)) & tops) == 0;
}

/// The first byte that is no text; the size when there is none.
std::size_t first_flaw(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= 8 && plain(text, at)) {
      at += 8;
      continue;
    }
    const std::size_t length = utf8_length(text, at);
    if (length == 0 || is_control(byte_at(text, at))) return at;
    at += length;
  }
  return text.size();
}

const char* known_format(std::string_view text) {
  const auto begins = [&](std::string_view magic) { return text.substr(0, magic.size()) == magic; };
  if (begins("PK\x03\x04")) return "it is a zip file or a spreadsheet: export it as CSV";
  if (begins("\x1F\x8B")) return "it is compressed with gzip: unpack it first";
  if (begins("\xFF\xFE") || begins("\xFE\xFF")) return "it is UTF-16: save it as UTF-8";
  return nullptr;
}

}  // namespace

void require_text(std::string_view text, const std::string& source) {
  const std::size_t flaw = first_flaw(text);
  if (flaw == text.size()) return;
  if (const char* known = known_format(text)) fail<FileError>("{} is not a CSV text: {}", source, known);
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(flaw), '\n');
  const unsigned byte = byte_at(text, flaw);
  const bool binary =
      std::any_of(text.begin(), text.end(), [](char c) { return is_control(static_cast<unsigned char>(c)); });
  if (binary)
    fail<FileError>(
        "{}, line {}: byte 0x{:02X} is no text, so this is not a CSV file; export the data as CSV in UTF-8",
        source, line, byte);
  fail<FileError>("{}, line {}: byte 0x{:02X} is not UTF-8; save the file as UTF-8", source, line, byte);
}

}  // namespace hindsight::data
