#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hindsight/data/csv.hpp>

namespace hindsight::data {

/// The cells are windows on the text, of eight bytes each.
struct Table::Content {
  struct Row {
    std::size_t begin;  // in the text
    std::size_t line;   // counted from 1
  };
  struct Cell {
    std::uint32_t begin, size;  // from where its row begins
  };

  std::string source;
  std::string text;
  std::vector<std::string> columns;
  std::vector<Row> rows;
  std::vector<Cell> cells;  // row by row
};

/// A cell or name as messages show it: in quotes, on one line, cut when long.
std::string shown(std::string_view text);

}  // namespace hindsight::data
