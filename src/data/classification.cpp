#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include <hindsight/data/classification.hpp>
#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "data/decimal.hpp"
#include "data/table.hpp"

namespace hindsight::data {
namespace {

/// The distinct labels of the target column, and which of them each row has.
struct Labels {
  std::vector<std::string> names;  // in the order of their first rows
  std::vector<std::int64_t> of_row;
};

Labels read_labels(const Table& table, std::size_t target) {
  Labels labels;
  std::map<std::string, std::int64_t> known;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string label(trimmed(table.text(row, target)));
    const auto [entry, is_new] = known.try_emplace(label, static_cast<std::int64_t>(labels.names.size()));
    if (is_new) {
      if (label.empty())
        fail<FileError>("{}: the label is missing; fill it in, or remove the line", table.place(row, target));
      if (const auto number = parse_decimal(label); number && !std::isfinite(*number))
        fail<FileError>("{}: {} is no label; fill it in, or remove the line", table.place(row, target),
                        shown(label));
      labels.names.push_back(label);
    }
    labels.of_row.push_back(entry->second);
  }
  return labels;
}

/// The labels' numbers; empty when one of them is none.
std::vector<double> numbers_of(const std::vector<std::string>& names) {
  std::vector<double> numbers;
  for (const std::string& name : names) {
    const std::optional<double> number = parse_decimal(name);
    if (!number) return {};
    numbers.push_back(*number);
  }
  return numbers;
}

/// Puts the classes in order, and makes one class of labels that are the same number.
void sort_classes(Labels& labels, const std::vector<double>& numbers) {
  std::vector<std::size_t> order(labels.names.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto before = [&](std::size_t a, std::size_t b) {
    return numbers.empty() ? labels.names[a] < labels.names[b] : numbers[a] < numbers[b];
  };
  std::stable_sort(order.begin(), order.end(), before);

  std::vector<std::string> sorted;
  std::vector<std::int64_t> place(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || before(order[i - 1], order[i])) sorted.push_back(labels.names[order[i]]);
    place[order[i]] = static_cast<std::int64_t>(sorted.size()) - 1;
  }
  labels.names = std::move(sorted);
  for (std::int64_t& label : labels.of_row) label = place[static_cast<std::size_t>(label)];
}

/// More values than classes would have: most of them once or a few times, or many broken numbers.
bool looks_like_a_quantity(std::size_t values, std::size_t rows, const std::vector<double>& numbers) {
  constexpr std::size_t few = 20, rows_a_class = 10;
  const bool broken =
      std::any_of(numbers.begin(), numbers.end(), [](double x) { return x != std::floor(x); });
  return (values > 2 && 2 * values > rows) || (values > few && (broken || values * rows_a_class > rows));
}

Labels classes_of(const Table& table, std::size_t target) {
  Labels labels = read_labels(table, target);
  const std::vector<double> numbers = numbers_of(labels.names);
  sort_classes(labels, numbers);
  const std::string column = formatted("{}, column {}", table.source(), shown(table.columns()[target]));
  if (labels.names.size() == 1)
    fail<FileError>(
        "{}: all {} rows have the class {}; there is nothing to tell apart, so choose another target", column,
        table.rows(), shown(labels.names[0]));
  if (looks_like_a_quantity(labels.names.size(), table.rows(), numbers))
    fail<FileError>(
        "{}: {} different values in {} rows are too many to be classes; choose a target with few values, or "
        "group them",
        column, labels.names.size(), table.rows());
  return labels;
}

std::vector<std::size_t> feature_columns(const Table& table, std::size_t target,
                                         const std::vector<std::string>& ignore) {
  std::vector<bool> used(table.columns().size(), true);
  used[target] = false;
  for (const std::string& name : ignore) used[table.column(name)] = false;
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < used.size(); ++i)
    if (used[i]) columns.push_back(i);
  if (columns.empty())
    fail<ValueError>("{} has no column to learn from beside the target {}", table.source(),
                     shown(table.columns()[target]));
  return columns;
}

/// Numbers whose squares, summed over any number of rows, float64 still holds: scaling needs that.
Tensor read_features(const Table& table, const std::vector<std::size_t>& columns) {
  constexpr double largest = 1e145;
  Tensor features = table.numbers(columns);
  const double* const begin = features.data<double>().data();
  const double* const end = begin + features.elements();
  const double* const large = std::find_if(begin, end, [](double x) { return std::abs(x) > largest; });
  if (large == end) return features;
  const auto at = static_cast<std::size_t>(large - begin);
  const std::size_t row = at / columns.size(), column = columns[at % columns.size()];
  fail<FileError>("{}: {} is too large to be scaled; correct the cell, divide the column, or leave it out",
                  table.place(row, column), shown(table.text(row, column)));
}

}  // namespace

Classification classification(const Table& table, const ClassificationOptions& options) {
  const std::size_t target = table.column(options.target);
  const std::vector<std::size_t> columns = feature_columns(table, target, options.ignore);
  const Labels labels = classes_of(table, target);
  Classification result;
  result.features = read_features(table, columns);
  result.classes = tensor(labels.of_row, {static_cast<std::int64_t>(labels.of_row.size())});
  for (const std::size_t column : columns) result.feature_names.push_back(table.columns()[column]);
  result.class_names = labels.names;
  result.target = options.target;
  return result;
}

}  // namespace hindsight::data
