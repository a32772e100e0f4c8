#include "data/table.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "base/nearest.hpp"
#include "base/workers.hpp"
#include "data/decimal.hpp"
#include "data/scanner.hpp"

namespace hindsight::data {
namespace {

std::string list_of(const std::vector<std::string>& columns) {
  constexpr std::size_t most = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, columns.size()); ++i)
    text += formatted("{}{}", i ? ", " : "", shown(columns[i]));
  return columns.size() > most ? formatted("{} and {} more", text, columns.size() - most) : text;
}

Scanner scanner_at(const Table::Content& content, std::size_t row) {
  return {std::string_view(content.text).substr(content.rows[row].begin), content.delimiter, content.source};
}

[[noreturn]] void refuse_number(const Table& table, std::size_t row, std::size_t column) {
  const std::string cell = table.text(row, column);
  const std::string place = table.place(row, column);
  if (cell.empty()) fail<FileError>("{}: the cell is empty; fill it in, or remove the line", place);
  if (parse_decimal(cell))
    fail<FileError>("{}: {} is not a finite number; fill it in, or remove the line", place, shown(cell));
  std::string without_commas = cell;
  std::replace(without_commas.begin(), without_commas.end(), ',', '.');
  if (without_commas != cell && parse_decimal(without_commas))
    fail<FileError>("{}: {} is not a number; write it with a decimal point and no commas", place,
                    shown(cell));
  fail<FileError>("{}: {} is not a number; correct the cell, remove the line, or leave the column out", place,
                  shown(cell));
}

double number_in(std::string_view cell, const Table& table, std::size_t row, std::size_t column) {
  const std::optional<double> value = parse_decimal(cell);
  if (!value || !std::isfinite(*value)) refuse_number(table, row, column);
  return *value;
}

}  // namespace

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string result = "\"";
  std::size_t used = 0;
  for (const char c : text) {
    const bool starts_a_letter =
        (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // UTF-8 is cut between letters
    if (starts_a_letter && used++ == longest) return result + "…\"";
    result += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  }
  return result + '"';
}

std::size_t Table::rows() const noexcept { return content_->rows.size(); }
const std::vector<std::string>& Table::columns() const noexcept { return content_->columns; }
const std::string& Table::source() const noexcept { return content_->source; }

std::size_t Table::column(std::string_view name) const {
  const auto& all = columns();
  const auto found = std::find(all.begin(), all.end(), name);
  if (found != all.end()) return static_cast<std::size_t>(found - all.begin());
  const std::string near = nearest(name, all);
  if (!near.empty())
    fail<ValueError>("{} has no column {}; did you mean {}?", source(), shown(name), shown(near));
  fail<ValueError>("{} has no column {}; its columns are {}", source(), shown(name), list_of(all));
}

std::string Table::text(std::size_t row, std::size_t column) const {
  return scanner_at(*content_, row).cell_in(column).unquoted();
}

double Table::number(std::size_t row, std::size_t column) const {
  return number_in(text(row, column), *this, row, column);
}

Tensor Table::numbers(const std::vector<std::size_t>& columns) const {
  constexpr std::size_t rows_at_once = 64;
  Array numbers({static_cast<std::int64_t>(rows()), static_cast<std::int64_t>(columns.size())}, float64);
  double* const first = numbers.mutable_data<double>();
  share_out_runs(rows(), rows_at_once, [&](std::size_t begin, std::size_t end) {
    double* out = first + begin * columns.size();
    std::vector<std::string_view> cells(content_->columns.size());
    for (std::size_t row = begin; row < end; ++row) {
      auto next = cells.begin();
      scanner_at(*content_, row).row([&](const Cell& cell) { *next++ = cell.text; });
      for (const std::size_t column : columns) {
        const auto whole = parse_digits(cells[column]);
        *out++ = whole ? *whole : number_in(cells[column], *this, row, column);
      }
    }
  });
  return Tensor(numbers);
}

std::string Table::place(std::size_t row) const {
  return formatted("{}, line {}", source(), content_->rows[row].line);
}

std::string Table::place(std::size_t row, std::size_t column) const {
  return formatted("{}, column {}", place(row), shown(columns()[column]));
}

}  // namespace hindsight::data
