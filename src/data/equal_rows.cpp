#include "data/equal_rows.hpp"

#include <algorithm>
#include <cmath>

namespace hindsight::data {
namespace {

/// -1, 0 or 1; NaN is the largest, so that sorting has an order.
int compare(double a, double b) {
  if (a == b) return 0;
  if (std::isnan(a) || std::isnan(b)) return int{std::isnan(a)} - int{std::isnan(b)};
  return a < b ? -1 : 1;
}

}  // namespace

std::vector<std::vector<std::int64_t>> equal_rows(const Tensor& matrix) {
  const Array values = matrix.array().to(float64).contiguous();
  const auto width = values.shape()[1];
  const auto row = [&](std::int64_t i) { return values.data<double>() + i * width; };
  const auto compare_rows = [&](std::int64_t a, std::int64_t b) {
    int order = 0;
    for (std::int64_t j = 0; j < width && order == 0; ++j) order = compare(row(a)[j], row(b)[j]);
    return order;
  };
  std::vector<std::int64_t> sorted(static_cast<std::size_t>(values.shape()[0]));
  for (std::size_t i = 0; i < sorted.size(); ++i) sorted[i] = static_cast<std::int64_t>(i);
  std::sort(sorted.begin(), sorted.end(), [&](std::int64_t a, std::int64_t b) {
    const int order = compare_rows(a, b);
    return order != 0 ? order < 0 : a < b;
  });
  std::vector<std::vector<std::int64_t>> groups;
  for (const std::int64_t i : sorted)
    if (groups.empty() || compare_rows(groups.back().front(), i) != 0)
      groups.push_back({i});
    else
      groups.back().push_back(i);
  std::sort(groups.begin(), groups.end());
  return groups;
}

}  // namespace hindsight::data
