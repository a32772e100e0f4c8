#include <algorithm>
#include <cmath>

#include <hindsight/data/split.hpp>
#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hindsight::data {
namespace {

using Rows = std::vector<std::int64_t>;

/// How many rows of each class to hold out: the largest-remainder method (A. Hamilton, 1792).
std::vector<std::size_t> quotas(const std::vector<Rows>& rows_of, std::size_t rows, double fraction) {
  std::vector<std::size_t> quota;
  std::vector<std::pair<double, std::size_t>> remainders;
  auto left = static_cast<std::size_t>(std::llround(fraction * static_cast<double>(rows)));
  for (std::size_t c = 0; c < rows_of.size(); ++c) {
    const double share = fraction * static_cast<double>(rows_of[c].size());
    quota.push_back(static_cast<std::size_t>(share));
    left -= std::min(left, quota[c]);
    remainders.emplace_back(static_cast<double>(quota[c]) - share,
                            c);  // negative, so that the largest comes first
  }
  std::sort(remainders.begin(), remainders.end());
  for (const auto& [remainder, c] : remainders) {
    if (left == 0) break;
    if (quota[c] + 1 >= rows_of[c].size()) continue;
    ++quota[c];
    --left;
  }
  return quota;
}

}  // namespace

Split stratified_split(std::span<const std::int64_t> classes, double fraction, Generator& generator) {
  if (!(fraction >= 0 && fraction < 1))
    fail<ValueError>("the share of rows to hold out is {}, and must be at least 0 and less than 1", fraction);
  std::vector<Rows> rows_of;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (classes[i] < 0) fail<ValueError>("row {} has the class {}; classes count from 0", i, classes[i]);
    const auto c = static_cast<std::size_t>(classes[i]);
    if (c >= rows_of.size()) rows_of.resize(c + 1);
    rows_of[c].push_back(static_cast<std::int64_t>(i));
  }

  Split split;
  const std::vector<std::size_t> quota = quotas(rows_of, classes.size(), fraction);
  for (std::size_t c = 0; c < rows_of.size(); ++c) {
    const Rows order = generator.permutation(static_cast<std::int64_t>(rows_of[c].size()));
    for (std::size_t i = 0; i < order.size(); ++i)
      (i < quota[c] ? split.validation : split.training)
          .push_back(rows_of[c][static_cast<std::size_t>(order[i])]);
  }
  if (fraction > 0 && split.validation.empty())
    fail<ValueError>(
        "a validation share of {} of {} rows in {} classes holds out none; take a larger share, or 0",
        fraction, classes.size(), rows_of.size());
  std::sort(split.training.begin(), split.training.end());
  std::sort(split.validation.begin(), split.validation.end());
  return split;
}

}  // namespace hindsight::data
