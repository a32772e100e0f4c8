#include <algorithm>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include <hindsight/data/split.hpp>
#include <hindsight/error.hpp>

#include "expect_error.hpp"

using hindsight::Generator;
using hindsight::ValueError;
using hindsight::data::Split;
using hindsight::data::stratified_split;
using Rows = std::vector<std::int64_t>;

namespace {

/// `counts[c]` rows of each class c, one class after the other.
Rows classes_of(const Rows& counts) {
  Rows classes;
  for (std::size_t c = 0; c < counts.size(); ++c)
    classes.insert(classes.end(), static_cast<std::size_t>(counts[c]), static_cast<std::int64_t>(c));
  return classes;
}

/// How many of `rows` are of each class.
Rows count(const Rows& classes, const Rows& rows, std::size_t number) {
  Rows counts(number, 0);
  for (const std::int64_t row : rows)
    ++counts[static_cast<std::size_t>(classes[static_cast<std::size_t>(row)])];
  return counts;
}

Rows held_out(const Rows& counts, double fraction) {
  Generator generator(0);
  const Rows classes = classes_of(counts);
  return count(classes, stratified_split(classes, fraction, generator).validation, counts.size());
}

}  // namespace

TEST(StratifiedSplit, PutsEveryRowOnOneSide) {
  Generator generator(3);
  const Rows classes = classes_of({13, 7, 29});
  const Split split = stratified_split(classes, 0.3, generator);
  Rows all = split.training;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  std::sort(all.begin(), all.end());
  Rows expected(49);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(all, expected);
  EXPECT_TRUE(std::is_sorted(split.training.begin(), split.training.end()));
  EXPECT_TRUE(std::is_sorted(split.validation.begin(), split.validation.end()));
}

TEST(StratifiedSplit, GivesEachClassItsShare) {
  EXPECT_EQ(held_out({50, 30, 20}, 0.2), (Rows{10, 6, 4}));
  EXPECT_EQ(held_out({59, 71, 48}, 0.2), (Rows{12, 14, 10}));  // of 11.8, 14.2 and 9.6; 36 of 35.6
}

TEST(StratifiedSplit, GivesWhatIsLeftOverToTheLargestRemainders) {
  EXPECT_EQ(held_out({2, 2, 2, 2, 2}, 0.2), (Rows{1, 1, 0, 0, 0}));  // 0.4 each, 2 in all
  EXPECT_EQ(held_out({3, 4}, 0.25), (Rows{1, 1}));                   // 0.75 and 1; 2 of 1.75
}

TEST(StratifiedSplit, LeavesEachClassARowToLearnFrom) {
  EXPECT_EQ(held_out({1, 1, 8}, 0.9), (Rows{0, 0, 7}));
  EXPECT_EQ(held_out({100, 2}, 0.99), (Rows{99, 1}));
}

TEST(StratifiedSplit, FollowsTheGenerator) {
  const Rows classes = classes_of({100, 100});
  Generator a(1), b(1), c(2);
  const Rows first = stratified_split(classes, 0.2, a).validation;
  EXPECT_EQ(first, stratified_split(classes, 0.2, b).validation);
  EXPECT_NE(first, stratified_split(classes, 0.2, c).validation);
  EXPECT_NE(first, stratified_split(classes, 0.2, a).validation);
}

// np.random.RandomState(0).permutation(5) is [2, 0, 1, 3, 4].
TEST(StratifiedSplit, HoldsOutTheFirstOfNumPysPermutation) {
  Generator generator(0);
  EXPECT_EQ(stratified_split(Rows{0, 0, 0, 0, 0}, 0.4, generator).validation, (Rows{0, 2}));
}

TEST(StratifiedSplit, HoldsOutNothingWhenAskedTo) {
  Generator generator(0);
  const Split split = stratified_split(Rows{0, 1, 1}, 0, generator);
  EXPECT_EQ(split.training, (Rows{0, 1, 2}));
  EXPECT_TRUE(split.validation.empty());
}

TEST(StratifiedSplit, RefusesWhatCannotBeSplit) {
  Generator generator(0);
  expect_error<ValueError>(
      [&] {
        stratified_split(Rows{0, 1, 1}, 0.1, generator);
      },
      "a validation share of 0.1 of 3 rows in 2 classes holds out none; take a larger share, or 0");
  expect_error<ValueError>(
      [&] {
        stratified_split(Rows{0, 1}, 0.5, generator);
      },
      "a validation share of 0.5 of 2 rows in 2 classes holds out none; take a larger share, or 0");
  for (const double fraction : {-0.1, 1.0, 2.0, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THROW(stratified_split(Rows{0, 1}, fraction, generator), ValueError);
  expect_error<ValueError>(
      [&] {
        stratified_split(Rows{0, -1}, 0.5, generator);
      },
      "row 1 has the class -1; classes count from 0");
}
