#include <algorithm>
#include <cmath>
#include <numeric>

#include <hindsight/data/inspection.hpp>

#include "data/equal_rows.hpp"

namespace hindsight::data {
namespace {

/// One column, its rows in the order of their values.
struct Column {
  std::vector<double> values;
  std::vector<std::size_t> order;

  Column(const Array& features, std::size_t j) {
    const auto rows = static_cast<std::size_t>(features.shape()[0]);
    const auto width = static_cast<std::size_t>(features.shape()[1]);
    const double* numbers = features.data<double>();
    values.reserve(rows);
    for (std::size_t i = 0; i < rows; ++i) values.push_back(numbers[i * width + j] + 0.0);
    order.resize(rows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [this](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  }
  bool is_constant() const { return values[order.front()] == values[order.back()]; }
};

/// How well a column tells the class.
struct Telling {
  std::size_t distinct = 0;  // values
  std::int64_t right = 0;    // rows, when each value is answered with its most common class
  std::size_t runs = 0;      // of rows of one class, in the order of the values
  bool pure = true;          // no value has rows of two classes
};

Telling telling(const Column& column, const std::int64_t* classes, std::size_t class_count) {
  Telling result;
  std::vector<std::int64_t> counts(class_count);
  std::int64_t last = -1;
  for (std::size_t i = 0; i < column.order.size();) {
    std::fill(counts.begin(), counts.end(), 0);
    const double value = column.values[column.order[i]];
    std::int64_t members = 0;
    for (; i < column.order.size() && column.values[column.order[i]] == value; ++i, ++members)
      ++counts[static_cast<std::size_t>(classes[column.order[i]])];
    const auto most = std::max_element(counts.begin(), counts.end());
    ++result.distinct;
    result.right += *most;
    result.pure = result.pure && *most == members;
    if (most - counts.begin() != last) ++result.runs;
    last = most - counts.begin();
  }
  return result;
}

/// How probable it is that an unrelated column without ties separates the classes: of all n! / Π nₖ! orders
/// of the classes, K! have the rows of each class together. As a logarithm.
double log_chance_of_separating(const std::vector<std::int64_t>& class_counts) {
  const auto log_factorial = [](double n) { return std::lgamma(n + 1); };
  double log_orders = log_factorial(static_cast<double>(class_counts.size())), total = 0;
  for (const std::int64_t count : class_counts) {
    log_orders += log_factorial(static_cast<double>(count));
    total += static_cast<double>(count);
  }
  return log_orders - log_factorial(total);
}

void look_for_leak(std::size_t feature, const Column& column, const std::int64_t* classes,
                   Inspection& result) {
  const std::size_t class_count = result.class_counts.size();
  const Telling tells = telling(column, classes, class_count);
  const double accuracy = static_cast<double>(tells.right) / static_cast<double>(result.samples);
  // Few values, each of many rows, nearly always right, and not only because one class is nearly everything.
  const bool few = tells.distinct >= class_count && tells.distinct <= 2 * class_count &&
                   5 * tells.distinct <= column.order.size();
  constexpr double nearly = 0.99;
  const double wrong_by_majority = 1 - result.majority_accuracy();
  if (few && accuracy >= nearly && 1 - accuracy <= 0.1 * wrong_by_majority) {
    result.leaks.push_back({feature, Leak::Kind::copy, accuracy});
    return;
  }
  // So rare among all columns of the table that chance has not made it.
  const double rare = std::log(1e-3 / static_cast<double>(result.feature_names.size()));
  if (tells.pure && tells.runs == class_count && log_chance_of_separating(result.class_counts) < rare)
    result.leaks.push_back({feature, Leak::Kind::separates, 1});
}

void find_repeated_features(const Array& features, Inspection& result) {
  for (const std::vector<std::int64_t>& group : equal_rows(Tensor(features).t()))
    for (std::size_t k = 1; k < group.size(); ++k) result.repeated.emplace_back(group[k], group[0]);
  // Constant columns are named as such.
  const auto is_constant = [&](const auto& pair) {
    return std::find(result.constant.begin(), result.constant.end(), pair.first) != result.constant.end();
  };
  result.repeated.erase(std::remove_if(result.repeated.begin(), result.repeated.end(), is_constant),
                        result.repeated.end());
  std::sort(result.repeated.begin(), result.repeated.end());
}

void find_duplicates(const Array& features, const std::int64_t* classes, std::size_t class_count,
                     Inspection& result) {
  for (const std::vector<std::int64_t>& group : equal_rows(Tensor(features))) {
    if (group.size() < 2) continue;
    std::vector<std::vector<std::int64_t>> by_class(class_count);
    for (const std::int64_t row : group) by_class[static_cast<std::size_t>(classes[row])].push_back(row);
    for (std::vector<std::int64_t>& rows : by_class)
      if (rows.size() > 1) result.duplicates.push_back(std::move(rows));
  }
  std::sort(result.duplicates.begin(), result.duplicates.end());
}

}  // namespace

std::size_t Inspection::majority() const {
  return static_cast<std::size_t>(std::max_element(class_counts.begin(), class_counts.end()) -
                                  class_counts.begin());
}

double Inspection::majority_accuracy() const {
  return samples ? static_cast<double>(class_counts[majority()]) / static_cast<double>(samples) : 0;
}

double Inspection::imbalance() const {
  const auto [least, most] = std::minmax_element(class_counts.begin(), class_counts.end());
  return static_cast<double>(*most) / static_cast<double>(*least);
}

std::int64_t Inspection::surplus() const {
  std::int64_t rows = 0;
  for (const auto& group : duplicates) rows += static_cast<std::int64_t>(group.size()) - 1;
  return rows;
}

Inspection inspect(const Classification& samples) {
  Inspection result;
  result.ceiling = ceiling(samples.features, samples.classes);  // refuses what does not fit
  result.samples = samples.samples();
  result.feature_names = samples.feature_names;
  result.class_names = samples.class_names;
  result.target = samples.target;
  const Array features = samples.features.array().to(float64).contiguous();
  const Array classes = samples.classes.array().contiguous();
  const auto* class_of = classes.data<std::int64_t>();
  result.class_counts.assign(samples.class_names.size(), 0);
  for (std::int64_t i = 0; i < result.samples; ++i)
    ++result.class_counts[static_cast<std::size_t>(class_of[i])];
  for (std::size_t j = 0; result.samples > 0 && j < result.feature_names.size(); ++j) {
    const Column column(features, j);
    if (column.is_constant())
      result.constant.push_back(j);
    else
      look_for_leak(j, column, class_of, result);
  }
  find_repeated_features(features, result);
  find_duplicates(features, class_of, result.class_counts.size(), result);
  return result;
}

}  // namespace hindsight::data
