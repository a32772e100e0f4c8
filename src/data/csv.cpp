#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include <hindsight/data/csv.hpp>
#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "base/large_pages.hpp"
#include "base/read_file.hpp"
#include "data/decimal.hpp"
#include "data/table.hpp"
#include "data/text.hpp"

namespace hindsight::data {
namespace {

bool ends_line(char c) { return c == '\n' || c == '\r'; }

/// The delimiter that the header line has most of, outside of quotes; a comma when it has none.
char detect_delimiter(std::string_view text) {
  constexpr std::array candidates{',', ';', '\t'};
  std::array<std::size_t, candidates.size()> counts{};
  bool quoted = false, begun = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (ends_line(c) && begun) break;
    begun = begun || (c != ' ' && !ends_line(c));
    for (std::size_t i = 0; i < candidates.size(); ++i) counts[i] += c == candidates[i];
  }
  return candidates[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) -
                                             counts.begin())];
}

/// Walks over the text, cell by cell. Doubled quotes are undone in place, since a cell never grows by it.
class Scanner {
 public:
  Scanner(char* begin, char* end, char delimiter, const std::string& source)
      : at_(begin), end_(end), delimiter_(delimiter), source_(source) {
    for (const char c : {delimiter, '\n', '\r'}) ends_cell_[static_cast<unsigned char>(c)] = true;
  }

  std::size_t line() const { return line_; }

  /// Skips empty lines; false at the end of the text.
  bool find_row() {
    while (at_ != end_) {
      const char* rest = at_;
      while (rest != end_ && *rest == ' ') ++rest;
      if (rest != end_ && !ends_line(*rest)) return true;
      at_ += rest - at_;
      if (at_ != end_) end_line();
    }
    return false;
  }

  const char* at() const { return at_; }

  /// Gives the cells of one row to `add`, one after the other.
  template <class Add>
  void row(const Add& add) {
    for (;;) {
      add(cell());
      if (at_ == end_) return;
      if (*at_ != delimiter_) return end_line();
      ++at_;
    }
  }

 private:
  bool ends_cell(char c) const { return ends_cell_[static_cast<unsigned char>(c)]; }

  void end_line() {
    if (*at_++ == '\r' && at_ != end_ && *at_ == '\n') ++at_;
    ++line_;
  }

  void skip_blanks() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t') && *at_ != delimiter_) ++at_;
  }

  std::string_view cell() {
    skip_blanks();
    if (at_ != end_ && *at_ == '"') return quoted_cell();
    const char* begin = at_;
    while (at_ != end_ && !ends_cell(*at_)) ++at_;
    return trimmed({begin, static_cast<std::size_t>(at_ - begin)});
  }

  std::string_view quoted_cell() {
    const std::size_t opened = line_;
    const char* begin = ++at_;
    char* kept = at_;
    for (;; ++at_) {
      if (at_ == end_)
        fail<FileError>(
            "{}, line {}: a quote is opened here and never closed; close it, or double a quote that is meant",
            source_, opened);
      if (*at_ == '"') {
        if (at_ + 1 == end_ || at_[1] != '"') break;
        ++at_;
      }
      line_ += *at_ == '\n' || (*at_ == '\r' && at_ + 1 != end_ && at_[1] != '\n');
      *kept++ = *at_;
    }
    ++at_;
    skip_blanks();
    if (at_ != end_ && !ends_cell(*at_))
      fail<FileError>("{}, line {}: text follows a closing quote; double a quote that is meant", source_,
                      line_);
    return {begin, static_cast<std::size_t>(kept - begin)};
  }

  char* at_;
  char* end_;
  char delimiter_;
  std::array<bool, 256> ends_cell_{};
  std::size_t line_ = 1;
  const std::string& source_;
};

void read_header(Scanner& scanner, Table::Content& content) {
  if (!scanner.find_row())
    fail<FileError>("{} is empty; it needs a header line with the names of the columns, and rows",
                    content.source);
  const std::size_t line = scanner.line();
  std::vector<std::string_view> names;
  scanner.row([&](std::string_view name) { names.push_back(name); });
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty())
      fail<FileError>("{}, line {}: column {} of the header has no name; give it one, or remove the column",
                      content.source, line, i + 1);
    if (!seen.insert(names[i]).second)
      fail<FileError>("{}, line {}: two columns are called {}; rename one", content.source, line,
                      shown(names[i]));
    content.columns.emplace_back(names[i]);
  }
}

/// How many cells the text has, if all of it is like its beginning.
std::size_t expected_cells(std::string_view text, char delimiter) {
  if (text.empty()) return 0;
  const std::string_view beginning = text.substr(0, 100'000);
  const auto ends = std::count_if(beginning.begin(), beginning.end(),
                                  [&](char c) { return c == delimiter || ends_line(c); });
  return static_cast<std::size_t>(1.1 * static_cast<double>(ends) / static_cast<double>(beginning.size()) *
                                  static_cast<double>(text.size()));
}

void read_rows(Scanner& scanner, Table::Content& content) {
  const std::size_t width = content.columns.size();
  const char* const text = content.text.data();
  while (scanner.find_row()) {
    const char* const begin = scanner.at();
    content.rows.push_back({static_cast<std::size_t>(begin - text), scanner.line()});
    std::size_t found = 0;
    scanner.row([&](std::string_view cell) {
      const auto offset = static_cast<std::size_t>(cell.data() - begin);
      if (offset + cell.size() > std::numeric_limits<std::uint32_t>::max())
        fail<FileError>("{}, line {}: the row has more than 4 GiB; is a quote left open?", content.source,
                        content.rows.back().line);
      content.cells.push_back({static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(cell.size())});
      ++found;
    });
    if (found != width)
      fail<FileError>("{}, line {}: the row has {} cell{}, and the header has {}; correct the line",
                      content.source, content.rows.back().line, found, found == 1 ? "" : "s", width);
  }
  if (content.rows.empty()) fail<FileError>("{} has a header and no rows; add rows below it", content.source);
}

}  // namespace

Table parse_csv(std::string text, const std::string& source) {
  require_text(text, source);
  const auto content = std::make_shared<Table::Content>();
  content->source = source;
  content->text = std::move(text);
  char* begin = content->text.data();
  char* end = begin + content->text.size();
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (std::string_view(content->text).substr(0, byte_order_mark.size()) == byte_order_mark)
    begin += byte_order_mark.size();

  const std::string_view body(begin, static_cast<std::size_t>(end - begin));
  const char delimiter = detect_delimiter(body);
  content->cells.reserve(expected_cells(body, delimiter));
  prefer_large_pages(content->cells.data(), content->cells.capacity() * sizeof(Table::Content::Cell));
  Scanner scanner(begin, end, delimiter, content->source);
  read_header(scanner, *content);
  read_rows(scanner, *content);
  return Table(content);
}

Table read_csv(const std::string& path) { return parse_csv(read_text_file(path), path); }

}  // namespace hindsight::data
