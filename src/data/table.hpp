#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hindsight/data/csv.hpp>

namespace hindsight::data {

/// The cells are windows on the text, so a table costs little more than its file. Made in place and never
/// moved.
struct Table::Content {
  std::string source;
  std::string text;
  std::vector<std::string> columns;
  std::vector<std::string_view> cells;  // row by row
  std::vector<std::size_t> lines;       // where each row begins, counted from 1
};

/// A cell or name as messages show it: in quotes, on one line, cut when long.
std::string shown(std::string_view text);

}  // namespace hindsight::data
