// The expected masks are those of a Philox in Python that gives Random123's known answers.
#include <algorithm>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::Tensor;

namespace {

Tensor key(std::int64_t seed, std::int64_t step) { return hs::tensor(std::vector<std::int64_t>{seed, step}); }

std::vector<bool> kept(const Tensor& mask) {
  std::vector<bool> result;
  for (std::int64_t i = 0; i < mask.elements(); ++i) result.push_back(mask.array().at(i) != 0);
  return result;
}

}  // namespace

TEST(DropoutMask, IsPhiloxKeyedBySeedAndStep) {
  EXPECT_EQ(kept(hs::dropout_mask(key(42, 7), {3, 5}, 0.3)),
            (std::vector<bool>{1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1}));
  EXPECT_EQ(kept(hs::dropout_mask(key(42, 8), {3, 5}, 0.3, hs::float64)),
            (std::vector<bool>{1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1}));
  EXPECT_EQ(kept(hs::dropout_mask(key((std::int64_t{1} << 40) + 3, std::int64_t{1} << 33), {9}, 0.5)),
            (std::vector<bool>{1, 1, 0, 1, 0, 0, 0, 0, 1}))
      << "all 64 bits of both count";
}

TEST(DropoutMask, ScalesWhatItKeeps) {
  EXPECT_EQ(hs::dropout_mask(key(42, 7), {4}, 0.3).to_vector<float>(),
            std::vector<float>(4, static_cast<float>(1 / 0.7)));
}

TEST(DropoutMask, KeepsTheShareThatItShould) {
  const std::vector<bool> mask = kept(hs::dropout_mask(key(1, 0), {10000}, 0.3));
  EXPECT_EQ(std::count(mask.begin(), mask.end(), true), 7049);
}

TEST(DropoutMask, KeepsAllOrNothingAtTheEnds) {
  EXPECT_EQ(hs::dropout_mask(key(1, 0), {1000}, 0).to_vector<float>(), std::vector<float>(1000, 1));
  EXPECT_EQ(hs::dropout_mask(key(1, 0), {1000}, 1).to_vector<float>(), std::vector<float>(1000, 0));
  EXPECT_EQ(hs::dropout_mask(key(1, 0), {0}, 0.5).elements(), 0);
}

TEST(DropoutMask, RefusesWhatIsNoKeyAndNoProbability) {
  expect_error<hs::DTypeError>([] { hs::dropout_mask(hs::ones({2}), {3}, 0.5); },
                               "dropout_mask: takes a seed and a step as int64 [2], and got float32 [2]");
  expect_error<hs::ValueError>([] { hs::dropout_mask(key(1, 0), {3}, 1.5); },
                               "dropout_mask: p is 1.5 and must be a probability, from 0 to 1");
}
