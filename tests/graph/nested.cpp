// Tensors from braces and from vectors.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::Shape;
using hs::tensor;

TEST(Nested, BracesAreReadAsNumPyReadsLists) {
  EXPECT_EQ(tensor(3).shape(), Shape{});
  EXPECT_EQ(tensor({3.0}).shape(), Shape{1});
  EXPECT_EQ(tensor({1, 2.5}).to_vector<float>(), (std::vector<float>{1, 2.5}));
  EXPECT_EQ(tensor({{1}, {2}}).shape(), (Shape{2, 1}));
  EXPECT_EQ(tensor({{1, 2}}).shape(), (Shape{1, 2}));
  EXPECT_EQ(tensor({{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}, {{9, 10}, {11, 12}}}).shape(), (Shape{3, 2, 2}));
  EXPECT_EQ(tensor({{1, 2}, {3, 4}}).to_vector<float>(), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(tensor({}).shape(), Shape{0});
  EXPECT_EQ(tensor({{}, {}}).shape(), (Shape{2, 0}));
}

TEST(Nested, RowsMustBeEquallyLong) {
  expect_error<hs::ShapeError>(
      [] {
        tensor({{1, 2}, {3}});
      },
      "the rows of a tensor must be equally long: one has shape [2], another [1]");
  expect_error<hs::ShapeError>(
      [] {
        tensor({{1, 2}, 3});
      },
      "the rows of a tensor must be equally long: one has shape [2], another []");
}

TEST(Nested, VectorsOfAnyIntegerBecomeInt64) {
  const hs::Tensor x = tensor(std::vector<int>{1, -2});
  EXPECT_EQ(x.dtype(), hs::int64);
  EXPECT_EQ(x.to_vector<std::int64_t>(), (std::vector<std::int64_t>{1, -2}));
  EXPECT_EQ(tensor(std::vector<std::uint8_t>{1, 255}, {2, 1}).shape(), (Shape{2, 1}));
  EXPECT_EQ(tensor(std::vector<int>{0, 1}, {2}, {.dtype = hs::float32}).dtype(), hs::float32);
}
