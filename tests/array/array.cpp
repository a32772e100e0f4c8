#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/array.hpp>
#include <hindsight/error.hpp>

#include "expect_error.hpp"

using hindsight::Array;
using hindsight::Shape;

namespace {

Array counting(const Shape& shape) {
  Array array(shape, hindsight::float64);
  for (std::int64_t i = 0; i < array.elements(); ++i)
    array.mutable_data<double>()[i] = static_cast<double>(i);
  return array;
}

}  // namespace

TEST(Array, ViewsShareTheirNumbers) {
  const Array a = counting({2, 3});
  const Array t = a.permuted({1, 0});
  EXPECT_EQ(t.shape(), (Shape{3, 2}));
  EXPECT_EQ(t.storage(), a.storage());
  EXPECT_EQ(t.at(1), 3);  // row 0, column 1 of the transpose
  EXPECT_FALSE(t.is_contiguous());
  EXPECT_EQ(t.contiguous().data<double>()[1], 3);
}

TEST(Array, ReshapesWithoutCopyingWhereTheLayoutAllows) {
  const Array a = counting({2, 3});
  EXPECT_EQ(a.reshaped({3, 2}).storage(), a.storage());
  const Array copied = a.permuted({1, 0}).reshaped({6});
  EXPECT_FALSE(copied.storage() == a.storage());
  EXPECT_EQ(copied.at(1), 3);
}

TEST(Array, BroadcastsWithStrideZero) {
  const Array row = counting({3}).broadcast_to({2, 3});
  EXPECT_EQ(row.strides(), (Shape{0, 1}));
  EXPECT_EQ(row.at(4), 1);
}

TEST(Array, GathersRows) {
  const std::int64_t index[] = {2, 0, 2};
  const Array rows = counting({3, 2}).rows(index);
  EXPECT_EQ(rows.shape(), (Shape{3, 2}));
  EXPECT_EQ(rows.at(0), 4);
  EXPECT_EQ(rows.at(2), 0);
  EXPECT_EQ(rows.at(5), 5);
}

TEST(Array, RejectsNumbersThatDoNotFill) {
  const double values[] = {1, 2, 3};
  expect_error<hindsight::ShapeError>(
      [&] {
        Array::from(std::span<const double>(values), {2, 2});
      },
      "3 numbers do not fill shape [2, 2], which has 4 elements");
}

TEST(Array, IdenticalComparesBits) {
  EXPECT_TRUE(Array::full({2}, NAN, hindsight::float64).identical(Array::full({2}, NAN, hindsight::float64)));
  EXPECT_FALSE(
      Array::full({2}, 0.0, hindsight::float64).identical(Array::full({2}, -0.0, hindsight::float64)));
  EXPECT_FALSE(
      Array::full({2}, 0.0, hindsight::float64).identical(Array::full({2}, 0.0, hindsight::float32)));
}

TEST(Shape, NamesAxesThatDoNotExist) {
  expect_error<hindsight::IndexError>(
      [] {
        (void)Shape{2, 3}.axis(2);
      },
      "axis 2 does not exist in shape [2, 3], which has 2 axes; give one from -2 to 1");
}

TEST(Shape, BroadcastNamesTheAxisThatDoesNotFit) {
  EXPECT_EQ(hindsight::broadcast({200, 1}, {16}, "add"), (Shape{200, 16}));
  expect_error<hindsight::ShapeError>(
      [] {
        hindsight::broadcast({200, 2}, {16}, "add");
      },
      "add: shapes [200, 2] and [16] do not broadcast: axis 1 from the end is 2 against "
      "16; lengths must be equal or 1");
}

TEST(DType, PromotesAsPyTorchButNeverMixesFloats) {
  using namespace hindsight;
  EXPECT_EQ(promote(boolean, int64), int64);
  EXPECT_EQ(promote(int64, float32), float32);
  EXPECT_EQ(promote(boolean, float64), float64);
  expect_error<DTypeError>(
      [] { promote(float32, float64); },
      "float32 and float64 do not mix by themselves: convert one side with .to(hs::float32) or "
      ".to(hs::float64)");
}
