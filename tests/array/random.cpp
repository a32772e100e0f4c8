// Expected numbers are NumPy 1.24's, from numpy.random.RandomState.
#include <gtest/gtest.h>

#include <hindsight/random.hpp>

using hindsight::Generator;

TEST(Random, UniformIsNumPysRandomSample) {
  Generator generator(42);
  EXPECT_EQ(generator.uniform(), 0.3745401188473625);
  EXPECT_EQ(generator.uniform(), 0.9507143064099162);
  EXPECT_EQ(generator.uniform(), 0.7319939418114051);
}

TEST(Random, NormalIsNumPysRandn) {
  Generator generator(42);
  EXPECT_EQ(generator.normal(), 0.4967141530112327);
  EXPECT_EQ(generator.normal(), -0.13826430117118466);
  EXPECT_EQ(generator.normal(), 0.6476885381006925);
  EXPECT_EQ(generator.normal(), 1.5230298564080254);
}

TEST(Random, AnotherSeedIsAnotherStreamOfNumPys) {
  Generator generator(7);
  EXPECT_EQ(generator.normal(), 1.690525703800356);
  EXPECT_EQ(generator.normal(), -0.4659373705408328);
}

TEST(Random, PermutationIsNumPys) {
  Generator generator(42);
  EXPECT_EQ(generator.permutation(10), (std::vector<std::int64_t>{8, 1, 5, 0, 7, 2, 9, 4, 3, 6}));
}

TEST(Random, SeedingAgainForgetsTheSpareGaussian) {
  Generator generator(42);
  generator.normal();
  generator.seed(42);
  EXPECT_EQ(generator.normal(), 0.4967141530112327);
}

TEST(Random, StaysNumPysAfterTheStateHasTurnedOver) {
  Generator generator(42);
  for (int i = 0; i < 1000; ++i) generator.uniform();
  EXPECT_EQ(generator.uniform(), 0.18513292883861965);
}
