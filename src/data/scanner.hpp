#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "data/decimal.hpp"

namespace hindsight::data {

inline bool ends_line(char c) { return c == '\n' || c == '\r'; }

/// A cell of a CSV text: what stands between its quotes, or without the blanks around it where it has none.
struct Cell {
  std::string_view text;
  bool has_doubled_quotes = false;

  std::string unquoted() const {
    std::string result(text);
    if (!has_doubled_quotes) return result;
    for (std::size_t at = 0; (at = result.find('"', at)) != std::string::npos; ++at) result.erase(at, 1);
    return result;
  }
};

/// Eight bytes of a text looked at together: cells end after one to three digits as often as not, and a
/// branch for each byte would be mispredicted once a cell.
struct EightBytes {
  static constexpr std::uint64_t ones = 0x0101010101010101;
  std::uint64_t word;

  explicit EightBytes(const char* at) { std::memcpy(&word, at, sizeof word); }

  /// The top bit of each byte that is `wanted`, exactly.
  std::uint64_t matches(char wanted) const {
    constexpr std::uint64_t low = 0x7F * ones;
    const std::uint64_t other = word ^ (static_cast<unsigned char>(wanted) * ones);  // zero where it matches
    return ~(((other & low) + low) | other | low);
  }
  static int first(std::uint64_t matches) {
    constexpr bool first_is_lowest = std::endian::native == std::endian::little;
    return (first_is_lowest ? std::countr_zero(matches) : std::countl_zero(matches)) / 8;
  }
  static std::size_t count(std::uint64_t matches) { return ((matches >> 7) * ones) >> 56; }
};

/// Where one of `wanted` is first found from `at` on; `end` when none is there.
template <class... Chars>
const char* find_first_of(const char* at, const char* end, Chars... wanted) {
  for (; end - at >= 8; at += 8) {
    const EightBytes bytes(at);
    if (const std::uint64_t found = (bytes.matches(wanted) | ...)) return at + EightBytes::first(found);
  }
  while (at != end && ((*at != wanted) && ...)) ++at;
  return at;
}

/// What follows the `n`-th of `wanted`, which are there.
inline const char* find_behind(const char* at, const char* end, char wanted, std::size_t n) {
  for (; end - at >= 8; at += 8) {
    const std::size_t found = EightBytes::count(EightBytes(at).matches(wanted));
    if (found >= n) break;
    n -= found;
  }
  for (; n > 0; ++at) n -= *at == wanted;
  return at;
}

/// Walks over a CSV text (RFC 4180), cell by cell.
class Scanner {
 public:
  /// `source` is what messages call the text; both must outlive the scanner.
  Scanner(std::string_view text, char delimiter, const std::string& source)
      : at_(text.data()), end_(at_ + text.size()), delimiter_(delimiter), source_(source) {}

  const char* at() const { return at_; }
  /// Counted from 1.
  std::size_t line() const { return line_; }

  /// Skips empty lines; false at the end of the text.
  bool find_row() {
    while (at_ != end_) {
      const char* rest = at_;
      while (rest != end_ && *rest == ' ') ++rest;
      if (rest != end_ && !ends_line(*rest)) return true;
      at_ = rest;
      if (at_ != end_) end_line();
    }
    return false;
  }

  /// Gives the cells of one row to `add`, one after the other. Throws FileError for an open quote and for
  /// text behind a closing one.
  template <class Add>
  void row(const Add& add) {
    const char* const line_end = find_line_end_or_quote();
    if (is_quote(line_end)) return row_with_quotes(add);
    for (;; ++at_) {
      const char* const begin = std::exchange(at_, find_first_of(at_, line_end, delimiter_));
      add(Cell{trimmed({begin, static_cast<std::size_t>(at_ - begin)})});
      if (at_ == line_end) break;
    }
    if (at_ != end_) end_line();
  }

  /// Passes over a row, and counts its cells. Throws as row() does.
  std::size_t skip_row() {
    std::size_t cells = 0;
    const char* const line_end = find_line_end_or_quote();
    if (is_quote(line_end)) {
      row_with_quotes([&](const Cell&) { ++cells; });
      return cells;
    }
    cells = static_cast<std::size_t>(1 + std::count(at_, line_end, delimiter_));
    at_ = line_end;
    if (at_ != end_) end_line();
    return cells;
  }

  /// The cell in `column` of a row that has it, without a look at those before it where no quotes hide them.
  Cell cell_in(std::size_t column) {
    const char* const line_end = find_line_end_or_quote();
    if (!is_quote(line_end)) {
      at_ = find_behind(at_, line_end, delimiter_, column);
      return cell();
    }
    Cell found;
    row_with_quotes([&](const Cell& cell) {
      if (column-- == 0) found = cell;
    });
    return found;
  }

 private:
  const char* find_line_end_or_quote() const { return find_first_of(at_, end_, '\n', '\r', '"'); }
  bool is_quote(const char* at) const { return at != end_ && *at == '"'; }
  bool ends_cell(char c) const { return c == delimiter_ || ends_line(c); }

  void end_line() {
    if (*at_++ == '\r' && at_ != end_ && *at_ == '\n') ++at_;
    ++line_;
  }

  void skip_blanks() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t') && *at_ != delimiter_) ++at_;
  }

  /// A quote may hide delimiters and line ends, so each cell is taken as it comes.
  template <class Add>
  void row_with_quotes(const Add& add) {
    for (;;) {
      add(cell());
      if (at_ == end_) return;
      if (*at_ != delimiter_) return end_line();
      ++at_;
    }
  }

  Cell cell() {
    skip_blanks();
    if (is_quote(at_)) return quoted_cell();
    const char* const begin = std::exchange(at_, find_first_of(at_, end_, delimiter_, '\n', '\r'));
    return {trimmed({begin, static_cast<std::size_t>(at_ - begin)})};
  }

  Cell quoted_cell() {
    const std::size_t opened = line_;
    const char* const begin = ++at_;
    bool doubled = false;
    for (;; ++at_) {
      if (at_ == end_)
        fail<FileError>(
            "{}, line {}: a quote is opened here and never closed; close it, or double a quote that is meant",
            source_, opened);
      if (*at_ == '"') {
        if (at_ + 1 == end_ || at_[1] != '"') break;
        ++at_;
        doubled = true;
      }
      line_ += *at_ == '\n' || (*at_ == '\r' && at_ + 1 != end_ && at_[1] != '\n');
    }
    const Cell cell{{begin, static_cast<std::size_t>(at_ - begin)}, doubled};
    ++at_;
    skip_blanks();
    if (at_ != end_ && !ends_cell(*at_))
      fail<FileError>("{}, line {}: text follows a closing quote; double a quote that is meant", source_,
                      line_);
    return cell;
  }

  const char* at_;
  const char* end_;
  char delimiter_;
  std::size_t line_ = 1;
  const std::string& source_;
};

}  // namespace hindsight::data
