#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <hindsight/tensor.hpp>

namespace hindsight::data {

/// A header and rows of text cells that know where in their file they stand. Immutable; copies share the
/// cells.
class Table {
 public:
  struct Content;
  explicit Table(std::shared_ptr<const Content> content) : content_(std::move(content)) {}

  std::size_t rows() const noexcept;
  const std::vector<std::string>& columns() const noexcept;
  /// The index of the column called `name`. Throws ValueError, which suggests the nearest name there is.
  std::size_t column(std::string_view name) const;

  /// The cell without its quotes; without the blanks around it where it had no quotes. Takes a look at the
  /// row up to there: whole columns of numbers come from numbers().
  std::string text(std::size_t row, std::size_t column) const;
  /// The cell as a finite number. Throws FileError naming file, line and column for anything else.
  double number(std::size_t row, std::size_t column) const;
  /// Such numbers of whole columns: [rows, columns], float64. Throws what number() throws of the first cell
  /// that is none.
  Tensor numbers(const std::vector<std::size_t>& columns) const;

  /// "wine.csv, line 7": for messages about a row. A row that spans lines counts from its first.
  std::string place(std::size_t row) const;
  /// "wine.csv, line 7, column \"ash\""
  std::string place(std::size_t row, std::size_t column) const;
  /// The file that the table was read from.
  const std::string& source() const noexcept;

 private:
  std::shared_ptr<const Content> content_;
};

/// Reads comma-separated values as RFC 4180 defines them: a header line, cells that may be "quoted", quotes
/// doubled inside quotes, lines that end in CRLF, LF or CR. The delimiter is whichever of comma, semicolon
/// and tab the header has most of. A UTF-8 byte order mark, blanks around unquoted cells and empty lines are
/// skipped. Throws FileError, naming file and line, for a file that cannot be read, is empty or no UTF-8
/// text, for a header with an unnamed or repeated column, a row with too few or too many cells, an open
/// quote, and no rows at all.
Table read_csv(const std::string& path);
/// The same for text that is already here; `source` is what messages call it.
Table parse_csv(std::string text, const std::string& source);

}  // namespace hindsight::data
