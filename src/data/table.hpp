#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <hindsight/data/csv.hpp>

namespace hindsight::data {

/// The text, and where its rows begin: a row's cells are found when they are asked for.
struct Table::Content {
  struct Row {
    std::size_t begin;  // in the text
    std::size_t line;   // counted from 1
  };
  std::string source;
  std::string text;
  std::vector<std::string> columns;
  char delimiter = ',';
  std::vector<Row> rows;
};

/// A cell or name as messages show it: in quotes, on one line, cut when long.
std::string shown(std::string_view text);

}  // namespace hindsight::data
