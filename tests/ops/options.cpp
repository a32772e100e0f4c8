// Arguments that change how a function computes: what they refuse. Their values are PyTorch's:
// tests/golden/options.cpp.
#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::Tensor;

namespace {

const hs::TensorOptions whole{.dtype = hs::int64};

}  // namespace

TEST(Options, AlphaOfIntegersIsWhole) {
  const Tensor x = hs::arange(3);
  EXPECT_EQ(hs::add(x, x, 2).to_vector<std::int64_t>(), (std::vector<std::int64_t>{0, 3, 6}));
  EXPECT_EQ(hs::sub(x, 1, 3).to_vector<std::int64_t>(), (std::vector<std::int64_t>{-3, -2, -1}));
  expect_error<hs::DTypeError>(
      [&] { hs::add(x, x, 0.5); },
      "add: alpha is 0.5 and must be a whole number for int64 and int64; convert one with .to(hs::float32)");
}

TEST(Options, ComparisonsHaveNames) {
  const Tensor x = hs::arange(3), two = hs::tensor(2, whole);
  EXPECT_TRUE(hs::all((hs::gt(x, two) == (x > 2)) == (hs::ge(x, 1) == (x >= 1))).item<bool>());
  EXPECT_EQ(hs::lt(x, 1).to_vector<bool>(), (std::vector<bool>{true, false, false}));
  EXPECT_EQ(hs::le(x, two).to_vector<bool>(), (std::vector<bool>{true, true, true}));
  EXPECT_EQ(hs::eq(x, two).to_vector<bool>(), (std::vector<bool>{false, false, true}));
  EXPECT_EQ(hs::ne(x, 0).to_vector<bool>(), (std::vector<bool>{false, true, true}));
}

TEST(Options, DivRefusesOtherRoundingsAndIntegersBy0) {
  const Tensor x = hs::arange(3);
  expect_error<hs::ValueError>(
      [&] { hs::div(x, x, "round"); },
      "div: rounding_mode is \"round\" and must be \"trunc\", \"floor\" or left out");
  for (const char* mode : {"trunc", "floor"})
    expect_error<hs::ValueError>([&] { hs::div(x, 0, mode); },
                                 "floor_divide: an integer is divided by 0; divide floats for an infinity");
}

TEST(Options, TheLeastIntegerHasNoNegative) {
  const Tensor least = hs::tensor(std::vector<std::int64_t>{INT64_MIN});
  EXPECT_EQ(hs::floor_divide(least, hs::tensor(-1, whole)).to_vector<std::int64_t>()[0], INT64_MIN);
}

TEST(Options, PowersOfIntegersHaveNoFractions) {
  expect_error<hs::ValueError>(
      [] { hs::pow(hs::arange(3), -2); },
      "pow: int64 to the power of -2 would have fractions; convert it with .to(hs::float32)");
  EXPECT_EQ(hs::pow(hs::arange(3), 0.5).dtype(), hs::float32);
}

TEST(Options, MeansAndSharesAreFloats) {
  const Tensor x = hs::ones({2});
  expect_error<hs::DTypeError>([&] { hs::mean(x, hs::int64); },
                               "mean: dtype is int64 and must be float32 or float64");
  expect_error<hs::DTypeError>([&] { hs::softmax(x, 0, hs::boolean); },
                               "softmax: dtype is bool and must be float32 or float64");
  expect_error<hs::DTypeError>([&] { hs::log_softmax(x, 0, hs::int64); },
                               "log_softmax: dtype is int64 and must be float32 or float64");
}

TEST(Options, NormsWithNamesAreFrobenius) {
  EXPECT_EQ(hs::norm(hs::tensor({3.0, 4.0}), "fro").item(), 5);
  expect_error<hs::ValueError>(
      [] {
        hs::norm(hs::ones({2, 2}), "nuc");
      },
      "norm: p is \"nuc\" and must be \"fro\" or a number");
}

TEST(Options, DropoutDrawsFromTheDefaultGenerator) {
  const Tensor x = hs::ones({1000});
  hs::manual_seed(5);
  const Tensor first = hs::dropout(x, 0.25), second = hs::dropout(x, 0.25);
  hs::manual_seed(5);
  EXPECT_TRUE(hs::dropout(x, 0.25).array().identical(first.array()));
  EXPECT_FALSE(second.array().identical(first.array()));
  EXPECT_NEAR((first == 0).sum().item() / 1000, 0.25, 4 * std::sqrt(0.25 * 0.75 / 1000))
      << "four standard errors";
  expect_error<hs::ValueError>([&] { hs::dropout(x, 1.5); },
                               "dropout: p is 1.5 and must be a probability, from 0 to 1");
}
