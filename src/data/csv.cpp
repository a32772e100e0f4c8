#include <algorithm>
#include <array>
#include <set>

#include <hindsight/data/csv.hpp>
#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "base/read_file.hpp"
#include "data/scanner.hpp"
#include "data/table.hpp"
#include "data/text.hpp"

namespace hindsight::data {
namespace {

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

void read_header(Scanner& scanner, Table::Content& content) {
  if (!scanner.find_row())
    fail<FileError>("{} is empty; it needs a header line with the names of the columns, and rows",
                    content.source);
  const std::size_t line = scanner.line();
  std::vector<std::string> names;
  scanner.row([&](const Cell& name) { names.push_back(name.unquoted()); });
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty())
      fail<FileError>("{}, line {}: column {} of the header has no name; give it one, or remove the column",
                      content.source, line, i + 1);
    if (!seen.insert(names[i]).second)
      fail<FileError>("{}, line {}: two columns are called {}; rename one", content.source, line,
                      shown(names[i]));
  }
  content.columns = std::move(names);
}

/// Notes where each row begins. Its cells are found again when they are read: a window on each would take
/// more memory than the text, and more time than another look at it.
void find_rows(Scanner& scanner, Table::Content& content) {
  const std::size_t width = content.columns.size();
  while (scanner.find_row()) {
    content.rows.push_back({static_cast<std::size_t>(scanner.at() - content.text.data()), scanner.line()});
    const std::size_t found = scanner.skip_row();
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
  std::string_view body = content->text;
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
  content->delimiter = detect_delimiter(body);
  Scanner scanner(body, content->delimiter, content->source);
  read_header(scanner, *content);
  find_rows(scanner, *content);
  return Table(content);
}

Table read_csv(const std::string& path) { return parse_csv(read_text_file(path), path); }

}  // namespace hindsight::data
