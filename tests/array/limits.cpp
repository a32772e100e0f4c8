// Shapes that no memory can hold, or that make no sense, are named before anything is multiplied or
// allocated.
#include <limits>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::IndexError;
using hs::MemoryError;
using hs::ShapeError;

namespace {

constexpr std::int64_t huge = std::int64_t{1} << 32;  // huge · huge wraps around to 0
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

const std::string too_many = " has more elements than memory can address; take smaller lengths";
const std::string negative = " has a negative length; lengths are 0 or more";

}  // namespace

TEST(Limits, ProductsOfLengthsDoNotWrapAround) {
  expect_error<ShapeError>([] { hs::zeros({4 * huge, huge}); }, "shape [17179869184, 4294967296]" + too_many);
  expect_error<ShapeError>([] { hs::zeros({huge, huge}); }, "shape [4294967296, 4294967296]" + too_many);
  expect_error<ShapeError>([] { hs::randn({largest}); }, "shape [9223372036854775807]" + too_many);
  expect_error<ShapeError>(
      [] {
        (void)hs::ones({1}).broadcast_to({huge, huge});
      },
      "broadcast_to: shape [4294967296, 4294967296]" + too_many);
  expect_error<ShapeError>(
      [] {
        (void)hs::ones({0}).reshape({huge, huge});
      },
      "reshape: shape [4294967296, 4294967296]" + too_many);
  expect_error<ShapeError>(
      [] {
        (void)hs::ones({0}).reshape({huge, huge, -1});
      },
      "shape [4294967296, 4294967296, 1]" + too_many);
}

TEST(Limits, AnEmptyAxisDoesNotHideTheOthers) {
  EXPECT_EQ(hs::zeros({0, huge}).elements(), 0);
  expect_error<ShapeError>(
      [] {
        hs::zeros({0, huge, huge});
      },
      "shape [0, 4294967296, 4294967296]" + too_many);
}

TEST(Limits, PaddingStaysWithinItsLength) {
  const hs::Tensor x = hs::ones({2, 2});
  expect_error<ShapeError>([&] { pad(x, 0, 0, std::int64_t{1} << 62); },
                           "pad: shape [4611686018427387904, 2]" + too_many);
  const std::string along = " along axis 0";
  expect_error<IndexError>([&] { pad(x, 0, largest - 1, 5); },
                           "pad: 2 entries from 9223372036854775806 on do not fit into 5" + along);
  expect_error<IndexError>([&] { pad(x, 0, 0, std::numeric_limits<std::int64_t>::min()); },
                           "pad: 2 entries from 0 on do not fit into -9223372036854775808" + along);
  EXPECT_EQ(pad(x, 0, 1, 3).shape(), (hs::Shape{3, 2}));
}

TEST(Limits, SlicesStayWithinTheirAxis) {
  const hs::Tensor x = hs::ones({2});
  constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(x.slice(0, largest, largest).shape(), hs::Shape{0});
  EXPECT_EQ(x.slice(0, smallest, largest).shape(), hs::Shape{2});
  EXPECT_EQ(x.slice(0, 0, largest, largest).shape(), hs::Shape{1});
  for (const auto& [start, length] :
       {std::pair{largest, largest}, {largest, std::int64_t{1}}, {smallest, largest}})
    EXPECT_THROW((void)x.narrow(0, start, length), IndexError) << start << " " << length;
}

TEST(Limits, PaddingAndRepeatingStayWithinMemory) {
  const hs::Tensor x = hs::ones({2});
  const std::string too_long =
      "shape [9223372036854775807] has more elements than memory can address; take smaller lengths";
  expect_error<ShapeError>([&] { hs::pad(x, {largest, 0}); }, too_long);
  expect_error<ShapeError>([&] { hs::pad(x, {0, std::numeric_limits<std::int64_t>::min()}); }, too_long);
  expect_error<ShapeError>(
      [&] { (void)x.repeat({largest}); },
      "shape [9223372036854775807, 2] has more elements than memory can address; take smaller lengths");
  EXPECT_EQ(hs::diagonal(hs::ones({2, 2}), largest).elements(), 0);
  EXPECT_EQ(x.chunk(largest).size(), 2U);
}

TEST(Limits, LengthsAreNotNegative) {
  expect_error<ShapeError>([] { hs::zeros({-1}); }, "shape [-1]" + negative);
  expect_error<ShapeError>([] { hs::ones({2, -3}); }, "shape [2, -3]" + negative);
  expect_error<ShapeError>([] { hs::randn({-2}); }, "shape [-2]" + negative);
  expect_error<ShapeError>([] { hs::full({-2, -3}, 7); }, "shape [-2, -3]" + negative);
  expect_error<ShapeError>([] { hs::arange(-3); }, "shape [-3]" + negative);
  expect_error<ShapeError>([] { hs::linspace(0, 1, -4); }, "shape [-4]" + negative);
  expect_error<ShapeError>(
      [] {
        hs::tensor(std::vector<double>{1, 2}, {-1, -2});
      },
      "shape [-1, -2]" + negative);
  expect_error<ShapeError>([] { (void)hs::ones({1}).broadcast_to({-1}); },
                           "broadcast_to: shape [-1]" + negative);
  expect_error<ShapeError>([] { hs::Generator().permutation(-1); }, "shape [-1]" + negative);
  expect_error<hs::ValueError>([] { one_hot(hs::arange(3), -3); },
                               "one_hot: the number of classes is -3 and must not be negative");
}

TEST(Limits, WhatDoesNotFitIntoMemoryIsNamed) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer ends the program where malloc would fail";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "the sanitizer ends the program where malloc would fail";
#endif
#endif
  expect_error<MemoryError>(
      [] {
        hs::zeros({1 << 20, huge});
      },
      "there is not enough memory for shape [1048576, 4294967296] of float32, which takes "
      "18014398509481984 bytes");
}
