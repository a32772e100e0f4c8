#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include <hindsight/random.hpp>

namespace hindsight::data {

/// Rows to learn from and rows held out to see how well it was learned; each in ascending order.
struct Split {
  std::vector<std::int64_t> training;
  std::vector<std::int64_t> validation;
};

/// Holds out round(fraction · N) rows of N, from each class its share (what rounding leaves over goes to the
/// classes with the largest remainders) but never the last row of a class; `classes` has the class of each
/// row, from 0. As sklearn.model_selection.train_test_split with `stratify`. Throws ValueError for a fraction
/// outside [0, 1), and when a fraction above 0 leaves no row to hold out.
Split stratified_split(std::span<const std::int64_t> classes, double fraction, Generator& generator);

}  // namespace hindsight::data
