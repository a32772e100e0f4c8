// What tests/golden/reductions.cpp cannot say: refusals, forms of calls, and numbers that are hard in
// float32.
#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
using hs::DTypeError;
using hs::Shape;
using hs::ShapeError;
using hs::Tensor;
using hs::tensor;
using Floats = std::vector<float>;
using Indices = std::vector<std::int64_t>;

namespace {
const Tensor x = tensor({{1, 5, 3}, {4, 2, 6}});
}

TEST(Extremes, ComeWithTheirPlaces) {
  const auto [values, indices] = x.max(1);
  EXPECT_EQ(values.to_vector<float>(), (Floats{5, 6}));
  EXPECT_EQ(indices.to_vector<std::int64_t>(), (Indices{1, 2}));
  EXPECT_EQ(x.min(0).values.to_vector<float>(), (Floats{1, 2, 3}));
  EXPECT_EQ(x.min(0, true).indices.shape(), (Shape{1, 3}));
  EXPECT_EQ(x.max().item(), 6);
  EXPECT_EQ(hs::min(x).item(), 1);
  EXPECT_EQ(x.argmax().item<std::int64_t>(), 5);
  EXPECT_EQ(x.argmin({}, true).shape(), (Shape{1, 1}));
}

TEST(Extremes, OfNumbersWithANaNAreNaNWhereverItStands) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Tensor& with : {tensor({nan, 1.0, 2.0}), tensor({1.0, nan, 2.0}), tensor({1.0, 2.0, nan})}) {
    EXPECT_TRUE(std::isnan(with.amax().item()));
    EXPECT_TRUE(std::isnan(with.amin().item()));
  }
}

TEST(Prod, TakesEveryFactorOfOddLengths) {
  const auto factorial = [](std::int64_t n) {
    std::vector<double> numbers;
    for (std::int64_t i = 1; i <= n; ++i) numbers.push_back(static_cast<double>(i));
    return tensor(numbers, {n}).prod().item();
  };
  EXPECT_EQ(factorial(3), 6);
  EXPECT_EQ(factorial(7), 5040) << "7 and 3 are odd: two factors wait";
  EXPECT_EQ(factorial(11), 39916800);
}

TEST(Extremes, OfIntegersReachTheirEnds) {
  constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min(),
                         largest = std::numeric_limits<std::int64_t>::max();
  const Tensor ends = tensor(std::vector<std::int64_t>{0, smallest, largest}, {3});
  EXPECT_EQ(ends.amin().to_vector<std::int64_t>(), Indices{smallest});
  EXPECT_EQ(ends.amax().to_vector<std::int64_t>(), Indices{largest});
  EXPECT_EQ(ends.argmin().item<std::int64_t>(), 1);
  EXPECT_EQ((x > 1).argmin().item<std::int64_t>(), 0);
}

TEST(Extremes, NeedSomethingToChooseFrom) {
  const Tensor none = hs::zeros({2, 0});
  const std::string empty = ": axis 1 of shape [2, 0] has no entries to choose from";
  expect_error<ShapeError>([&] { (void)none.amax(1); }, "amax" + empty);
  expect_error<ShapeError>([&] { (void)none.max(); }, "amax" + empty);
  expect_error<ShapeError>([&] { (void)none.argmax(1); }, "argmax" + empty);
  EXPECT_EQ(none.amax(0).shape(), Shape{0});
  EXPECT_EQ(none.max(0).indices.shape(), Shape{0});
}

TEST(Reductions, NameTheirAxesAsPyTorchDoes) {
  EXPECT_EQ(x.prod(0).to_vector<float>(), (Floats{4, 10, 18}));
  EXPECT_EQ(hs::prod(x, {0, 1}).item(), 720);
  EXPECT_EQ(x.amax({0, 1}, true).shape(), (Shape{1, 1}));
  EXPECT_EQ(hs::amin(x, {1}).to_vector<float>(), (Floats{1, 2}));
  EXPECT_EQ(x.cumsum(-1).to_vector<float>(), (Floats{1, 6, 9, 4, 6, 12}));
  EXPECT_TRUE(hs::any(x > 5).item<bool>());
  EXPECT_FALSE(hs::all(x > 1, {0, 1}).item<bool>());
  EXPECT_EQ((x > 1).all(0).to_vector<bool>(), (std::vector<bool>{false, true, true}));
  expect_error<hs::IndexError>(
      [] { (void)x.amax(2); },
      "axis 2 does not exist in shape [2, 3], which has 2 axes; give one from -2 to 1");
  expect_error<hs::IndexError>([] { hs::logsumexp(x, {1, -1}); }, "axes [1, -1] name axis -1 twice");
}

TEST(Variance, TakesACorrectionOrATruth) {
  const Tensor numbers = tensor({1, 2, 4, 5});
  EXPECT_FLOAT_EQ(numbers.var().item<float>(), 10.0F / 3);
  EXPECT_FLOAT_EQ(numbers.var(false).item<float>(), 2.5F);
  EXPECT_FLOAT_EQ(numbers.var(0, false).item<float>(), 2.5F);
  EXPECT_FLOAT_EQ(numbers.var(0, 2).item<float>(), 5);
  EXPECT_FLOAT_EQ(hs::std(numbers, false).item<float>(), std::sqrt(2.5F));
  EXPECT_EQ(hs::var(x, {0, 1}, 1, true).shape(), (Shape{1, 1}));
  EXPECT_TRUE(std::isnan(tensor({3.0}).var().item()));
  const std::string integers = ": takes float32 or float64, and got int64; convert it with .to(hs::float32)";
  expect_error<DTypeError>([] { (void)hs::arange(3).var(); }, "var" + integers);
  expect_error<DTypeError>([] { (void)hs::arange(3).std(); }, "std" + integers);
  expect_error<DTypeError>([] { (void)hs::arange(3).norm(); }, "norm" + integers);
}

// 10⁷ + {0, 1, …, 99}: the mean, 10⁷ + 49.5, is no float32, and squares of 10⁷ have lost the steps.
TEST(Variance, KeepsItsDigitsFarFromZero) {
  const Tensor far = (hs::arange(100) + 1e7).to(hs::float32);
  EXPECT_NEAR(far.var().item(), 100 * 101 / 12.0, 100 * 101 / 12.0 * tolerance::float32_rounding);
  const Tensor close = tensor({1e15, 1e15 + 1, 1e15 + 3}, {.dtype = hs::float64});
  EXPECT_NEAR(close.var().item(), 7.0 / 3, 7.0 / 3 * tolerance::float64_rounding);
}

TEST(Logsumexp, ReachesFurtherThanItsExponentials) {
  EXPECT_EQ(hs::logsumexp(tensor({-1e4, -1e4}), 0).item<float>(), -1e4F + std::log(2.0F));
  EXPECT_EQ(hs::logsumexp(tensor({1e4, -1e4}), 0).item<float>(), 1e4F);
  EXPECT_EQ(hs::logsumexp(tensor({-INFINITY, -INFINITY}), 0).item(), -INFINITY);
  EXPECT_EQ(hs::logsumexp(hs::zeros({0}), 0).item(), -INFINITY);
  EXPECT_EQ(hs::logsumexp(hs::arange(1), 0).dtype(), hs::float32);
}

// A shift changes no derivative, though in float32 it takes the digits of y that exp(x − y) needs.
TEST(Logsumexp, KeepsItsDerivativesFarFromZero) {
  const auto of = [](const Tensor& numbers) { return hs::logsumexp(numbers, 0); };
  const Tensor near = tensor({0, -1, 2}, {.dtype = hs::float64}), far = near - 1e4;
  const auto gradient = hs::jacobian(of, near).to_vector<double>(),
             gradient32 = hs::jacobian(of, far.to(hs::float32)).to(hs::float64).to_vector<double>();
  const auto second = hs::hessian(of, near).to_vector<double>(),
             second_far = hs::hessian(of, far).to_vector<double>();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(gradient32[i], gradient[i], tolerance::float32_rounding);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(second_far[i], second[i], tolerance::float64_rounding);
}

// ∂²(abc)/∂x∂y at (0, 0, 3): only a·b is left, whose mixed derivative is c.
TEST(Product, HasItsSecondDerivativeAmongZeros) {
  const auto product = [](const Tensor& factors) { return factors.prod(); };
  const Tensor factors = tensor({0, 0, 3}, {.dtype = hs::float64});
  EXPECT_EQ(hs::hessian(product, factors).to_vector<double>(),
            (std::vector<double>{0, 3, 0, 3, 0, 0, 0, 0, 0}));
  EXPECT_EQ(hs::prod(hs::zeros({0, 2}), 0).to_vector<float>(), (Floats{1, 1}));
}

TEST(Norm, HasNoSlopeAtZero) {
  const Tensor zero = hs::zeros({2}, {.dtype = hs::float64}).requires_grad_();
  for (const double p : {0.5, 1.0, 1.5, 2.0, 3.0, static_cast<double>(INFINITY)}) {
    const Tensor norm = zero.norm(p);
    EXPECT_EQ(norm.item(), 0) << p;
    EXPECT_EQ(hs::grad(norm, zero).contiguous().to_vector<double>(), (std::vector<double>{0, 0})) << p;
  }
  EXPECT_EQ(hs::norm(x, 1, {0}).to_vector<float>(), (Floats{5, 7, 9}));
  EXPECT_EQ(x.norm(0, 1).to_vector<float>(), (Floats{3, 3}));
}
