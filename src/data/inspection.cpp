#include <algorithm>
#include <cmath>
#include <numeric>

#include <hindsight/data/inspection.hpp>
#include <hindsight/random.hpp>

#include "data/equal_rows.hpp"

namespace hindsight::data {
namespace {

/// One column, and some of its rows in the order of their values.
struct Column {
  std::vector<double> values;
  std::vector<std::size_t> order;

  Column(const Array& features, std::size_t j) {
    const auto rows = static_cast<std::size_t>(features.shape()[0]);
    const auto width = static_cast<std::size_t>(features.shape()[1]);
    const double* numbers = features.data<double>();
    values.reserve(rows);
    for (std::size_t i = 0; i < rows; ++i) values.push_back(numbers[i * width + j] + 0.0);
  }
  explicit Column(std::vector<double> numbers) : values(std::move(numbers)) {}

  void sort(std::vector<std::size_t> some) {
    order = std::move(some);
    std::stable_sort(order.begin(), order.end(),
                     [this](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  }
  bool is_constant() const {
    return std::all_of(values.begin(), values.end(), [this](double value) { return value == values[0]; });
  }

  /// Brings the values to mean 0 and deviation 1.
  void standardize() {
    const auto n = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double squares = 0;
    for (double& value : values) value -= mean, squares += value * value;
    for (double& value : values) value /= std::sqrt(squares / n);
  }
};

/// All rows but those that contradict others and are not more than these: no function tells them. Where they
/// are many, the classes are not a matter of the features, and all rows count.
std::vector<std::size_t> tellable_rows(const Inspection& found, const std::int64_t* classes) {
  std::vector<bool> lost(static_cast<std::size_t>(found.samples), false);
  for (const Contradiction& group : found.ceiling.contradictions) {
    std::vector<std::int64_t> counts(found.class_counts.size());
    for (const std::int64_t row : group.samples) ++counts[static_cast<std::size_t>(classes[row])];
    const auto most = std::max_element(counts.begin(), counts.end());
    const bool is_tie = std::count(counts.begin(), counts.end(), *most) > 1;
    for (const std::int64_t row : group.samples)
      lost[static_cast<std::size_t>(row)] = is_tie || classes[row] != most - counts.begin();
  }
  std::vector<std::size_t> rows;
  constexpr double many = 0.05;
  const auto count = static_cast<double>(std::count(lost.begin(), lost.end(), true));
  for (std::size_t i = 0; i < lost.size(); ++i)
    if (!lost[i] || count > many * static_cast<double>(lost.size())) rows.push_back(i);
  return rows;
}

/// How well a column tells the class.
struct Telling {
  std::size_t distinct = 0;   // values
  std::int64_t right = 0;     // rows, when each value is answered with its most common class
  std::int64_t majority = 0;  // rows of the most common class of all
  struct Run {
    std::int64_t of, rows;
  };
  std::vector<Run> runs;  // of rows of one class, in the order of the values
  bool pure = true;       // no value has rows of two classes

  /// Rows that stand alone among those of another class.
  std::size_t strays() const {
    std::size_t count = 0;
    for (std::size_t k = 1; k + 1 < runs.size(); ++k)
      count += runs[k].rows == 1 && runs[k - 1].of == runs[k + 1].of;
    return count;
  }
};

Telling telling(const Column& column, const std::int64_t* classes, std::size_t class_count) {
  Telling result;
  std::vector<std::int64_t> counts(class_count), all(class_count);
  for (const std::size_t row : column.order) ++all[static_cast<std::size_t>(classes[row])];
  result.majority = *std::max_element(all.begin(), all.end());
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
    const std::int64_t of = most - counts.begin();
    if (result.runs.empty() || result.runs.back().of != of) result.runs.push_back({of, 0});
    result.runs.back().rows += members;
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
  const auto all = static_cast<double>(result.samples), rows = static_cast<double>(column.order.size());
  const double wrong = rows - static_cast<double>(tells.right);
  // Of all rows: as many as any function has right, where some were left out.
  const double best = rows < all ? static_cast<double>(result.ceiling.correct) : rows;
  // Few values, each of many rows, nearly always right, and not only because one class is nearly everything.
  const bool few = tells.distinct >= class_count && tells.distinct <= 2 * class_count &&
                   5 * tells.distinct <= column.order.size();
  const double wrong_by_majority = 1 - static_cast<double>(tells.majority) / rows;
  if (few && wrong <= std::max(1.0, 0.01 * rows) && wrong / rows < 0.1 * wrong_by_majority) {
    result.leaks.push_back({feature, Leak::Kind::copy, (best - wrong) / all});
    return;
  }
  // So rare among all columns of the table that chance has not made it. One stray has n rows to be, and n
  // places to stand.
  const double rare = std::log(1e-3 / static_cast<double>(result.feature_names.size()));
  const auto strays = static_cast<double>(std::min<std::size_t>(1, tells.strays()));
  const bool together = tells.runs.size() == class_count + 2 * static_cast<std::size_t>(strays);
  const double chance = log_chance_of_separating(result.class_counts) + strays * 2 * std::log(rows);
  if (tells.pure && together && chance < rare)
    result.leaks.push_back({feature, Leak::Kind::separates, (best - strays) / all});
}

bool is_same_but_for_sign(const std::vector<double>& x, const std::vector<double>& y, double near) {
  const double sign = std::inner_product(x.begin(), x.end(), y.begin(), 0.0) < 0 ? -1 : 1;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!(std::abs(x[i] - sign * y[i]) <= near)) return false;
  return true;
}

/// Standardized, a column is another one or its negative where it is a·x + b. So both have, but for the sign,
/// the same product with any vector: few pairs need be looked at.
void find_rescaled_features(const Array& features, Inspection& result) {
  constexpr double near = 1e-6;  // a table has few digits
  const auto is_known = [&](std::size_t j) {
    return std::any_of(result.repeated.begin(), result.repeated.end(),
                       [=](const auto& r) { return r.first == j; }) ||
           std::find(result.constant.begin(), result.constant.end(), j) != result.constant.end();
  };
  const auto standardized = [&](std::size_t j) {
    Column column(features, j);
    column.standardize();
    return column.values;
  };
  const Array vector = Generator(1).normal({result.samples});
  const std::size_t count = result.feature_names.size();
  Column products{std::vector<double>(count)};
  std::vector<std::size_t> candidates;
  for (std::size_t j = 0; j < count; ++j) {
    if (is_known(j)) continue;
    const std::vector<double> z = standardized(j);
    products.values[j] = std::abs(std::inner_product(z.begin(), z.end(), vector.data<double>(), 0.0));
    candidates.push_back(j);
  }
  products.sort(std::move(candidates));
  std::vector<std::size_t> first(count, count);
  for (std::size_t a = 0; a < products.order.size(); ++a)
    for (std::size_t b = a + 1; b < products.order.size(); ++b) {
      const auto [earlier, later] = std::minmax(products.order[a], products.order[b]);
      if (std::abs(products.values[later] - products.values[earlier]) >
          near * static_cast<double>(result.samples))
        break;
      if (is_same_but_for_sign(standardized(earlier), standardized(later), near))
        first[later] = std::min(first[later], earlier);
    }
  for (std::size_t j = 0; j < count; ++j)
    if (first[j] < count) result.rescaled.emplace_back(j, first[j]);
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
  const std::vector<std::size_t> rows = tellable_rows(result, class_of);
  for (std::size_t j = 0; result.samples > 0 && j < result.feature_names.size(); ++j) {
    Column column(features, j);
    column.sort(rows);
    if (column.is_constant())
      result.constant.push_back(j);
    else
      look_for_leak(j, column, class_of, result);
  }
  find_repeated_features(features, result);
  if (result.samples > 2) find_rescaled_features(features, result);
  find_duplicates(features, class_of, result.class_counts.size(), result);
  return result;
}

}  // namespace hindsight::data
