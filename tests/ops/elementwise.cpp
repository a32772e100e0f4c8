// What elementwise operations refuse, keep and convert; their numbers are held to PyTorch's in tests/golden.
#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
using hs::Tensor;
using hs::tensor;
using Bools = std::vector<bool>;

namespace {

Tensor integers(std::initializer_list<double> values) { return tensor(values, {.dtype = hs::int64}); }
Bools truths(const Tensor& x) {
  Bools all;
  for (std::int64_t i = 0; i < x.elements(); ++i) all.push_back(x.array().at(i) != 0);
  return all;
}
/// d f / d x at a number.
template <class Function>
double slope(const Function& f, double at) {
  const Tensor x = tensor({at}, {.dtype = hs::float64, .requires_grad = true});
  return hs::grad(f(x).sum(), x).item();
}

}  // namespace

TEST(Clamp, NeedsABound) {
  expect_error<hs::ValueError>([] { hs::clamp(tensor({1}), std::nullopt); }, "clamp: give min, max or both");
  expect_error<hs::ValueError>([] { hs::clamp(tensor({1}), Tensor()); }, "clamp: give min, max or both");
}

TEST(Clamp, KeepsIntegersUnlessABoundIsAFraction) {
  EXPECT_EQ(hs::clamp(integers({1, 2, 3}), 2, 5).to_vector<std::int64_t>(),
            (std::vector<std::int64_t>{2, 2, 3}));
  EXPECT_EQ(hs::clamp(integers({1, 2, 3}), 1.5).to_vector<float>(), (std::vector<float>{1.5F, 2, 3}));
}

TEST(Clamp, PassesTheWholeGradientAtItsEdges) {
  EXPECT_EQ(slope([](const Tensor& x) { return hs::clamp(x, 0, 1); }, 0), 1);
  EXPECT_EQ(slope([](const Tensor& x) { return hs::clamp(x, 0, 1); }, 1), 1);
  EXPECT_EQ(slope([](const Tensor& x) { return hs::hardtanh(x, 0, 1); }, 0), 0);
  EXPECT_EQ(slope([](const Tensor& x) { return hs::relu6(x); }, 6), 0);
}

TEST(Gelu, NamesItsTwoForms) {
  expect_error<hs::ValueError>([] { hs::gelu(tensor({1}), "erf"); },
                               "gelu: approximate is \"erf\" and must be \"none\" or \"tanh\"");
}

TEST(Softplus, NeedsABetaThatDivides) {
  expect_error<hs::ValueError>([] { hs::softplus(tensor({1}), 0); },
                               "softplus: beta is 0 and must be another number: it divides");
}

TEST(Prelu, ExplainsAWeightThatDoesNotFit) {
  expect_error<hs::ShapeError>(
      [] {
        hs::prelu(hs::ones({2, 4}), hs::ones({3}));
      },
      "prelu: the weight has shape [3] and must have one element, or one for each of the 4 channels along "
      "axis 1 of the input, [2, 4]");
  expect_error<hs::ShapeError>(
      [] { hs::prelu(hs::ones({4}), hs::ones({4})); },
      "prelu: the weight has shape [4] and must have one element, or one for each of the 1 channels along "
      "axis 1 of the input, [4]");
}

TEST(Rounding, LeavesIntegersAndRefusesBool) {
  const Tensor x = integers({-3, 7});
  EXPECT_TRUE(hs::floor(x).is(x) && hs::ceil(x).is(x) && hs::round(x).is(x));
  expect_error<hs::DTypeError>([] { hs::floor(tensor({1.0}) > 0); },
                               "floor: takes float32 or float64, and got bool; convert it with "
                               ".to(hs::float32)");
}

TEST(Rounding, HasNoSlope) {
  EXPECT_EQ(slope(hs::floor, 1.5), 0);
  EXPECT_EQ(slope(hs::ceil, 1.5), 0);
  EXPECT_EQ(slope([](const Tensor& x) { return hs::round(x); }, 1.2), 0);
}

TEST(Elementwise, MakesFloat32OfIntegersWhereFractionsArise) {
  EXPECT_EQ(hs::reciprocal(integers({4})).to_vector<float>(), std::vector<float>{0.25F});
  EXPECT_EQ(hs::rsqrt(integers({4})).to_vector<float>(), std::vector<float>{0.5F});
  EXPECT_EQ(hs::log1p(integers({0})).dtype(), hs::float32);
  EXPECT_EQ(hs::square(integers({-3})).to_vector<std::int64_t>(), std::vector<std::int64_t>{9});
}

TEST(Elementwise, ComparesIntegersWithNumbersBeyondThem) {
  const Tensor x = integers({-1, 1});
  EXPECT_EQ(truths(x < INFINITY), (Bools{true, true}));
  EXPECT_EQ(truths(x > 1e300), (Bools{false, false}));
}

TEST(Expm1, IsExactNearZeroWhereTheDifferenceIsNot) {
  EXPECT_EQ(hs::expm1(tensor({1e-20}, {.dtype = hs::float64})).item(), 1e-20);
  EXPECT_EQ(hs::log1p(tensor({1e-20}, {.dtype = hs::float64})).item(), 1e-20);
}

TEST(Elu, KeepsTheDigitsOfSmallNumbers) {
  const Tensor x = tensor({-1e-20, -1e-310}, {.dtype = hs::float64});
  EXPECT_EQ(hs::elu(x).to_vector<double>(), x.to_vector<double>());
}

// d arcsin / dx at 1 − d is 1/√(2d − d²): with d = 2⁻⁴⁰ the square of x would have lost half of the digits.
TEST(Asin, HasAnExactSlopeNearItsEnd) {
  const double d = 0x1p-40, want = 1 / std::sqrt(2 * d - d * d);
  EXPECT_NEAR(slope(hs::asin, 1 - d) / want, 1, tolerance::float64_rounding);
  EXPECT_NEAR(slope(hs::acos, 1 - d) / -want, 1, tolerance::float64_rounding);
}

// erfc(10) = 2.088487583762545e-45 (Abramowitz and Stegun, 7.1.23), far below what 1 − erf could show.
TEST(Erfc, IsExactWhereErfIsOne) {
  EXPECT_NEAR(hs::erfc(tensor({10}, {.dtype = hs::float64})).item() / 2.088487583762545e-45, 1,
              tolerance::float64_rounding);
}

TEST(Regimes, NameTheSidesOfNewBends) {
  const auto regime = [](const char* name, std::vector<double> x, const hs::Attributes& options = {}) {
    return hs::find_operation(name)->regime(x, options);
  };
  EXPECT_EQ(regime("clamp_min", {1, 0}), hs::Regime::active);
  EXPECT_EQ(regime("clamp_max", {1, 0}), hs::Regime::inactive);
  EXPECT_EQ(regime("clamp_max", {1, 1}), hs::Regime::kink);
  EXPECT_EQ(regime("hardtanh", {6, 0, 6}), hs::Regime::kink);
  EXPECT_EQ(regime("hardtanh", {7, 0, 6}), hs::Regime::inactive);
  EXPECT_EQ(regime("hardtanh", {1, 0, 6}), hs::Regime::active);
  EXPECT_EQ(regime("elu", {0}, {{"alpha", 1.0}}), hs::Regime::kink);
  EXPECT_EQ(regime("elu", {-1}, {{"alpha", -1.0}}), hs::Regime::reversed);
  EXPECT_EQ(regime("prelu", {0, 0.5}), hs::Regime::kink);
  EXPECT_EQ(regime("prelu", {0, 1}), hs::Regime::active) << "a straight line does not bend";
  EXPECT_EQ(regime("floor", {2}), hs::Regime::kink);
  EXPECT_EQ(regime("round", {2.5}), hs::Regime::kink);
  EXPECT_EQ(regime("round", {2}), hs::Regime::inactive);
  EXPECT_EQ(regime("atan", {11}), hs::Regime::saturated);
}

TEST(Logic, TakesWhatIsNotZeroAsTrue) {
  const Tensor a = tensor({0, 1, -2, NAN}), b = integers({1, 1, 0, 0});
  EXPECT_EQ(truths(hs::logical_and(a, b)), (Bools{false, true, false, false}));
  EXPECT_EQ(truths(hs::logical_or(a, b)), (Bools{true, true, true, true}));
  EXPECT_EQ(truths(hs::logical_xor(a, b)), (Bools{true, false, true, true}));
  EXPECT_EQ(truths(hs::logical_not(a)), (Bools{true, false, false, false}));
}

TEST(Logic, FindsWhatIsNoOrdinaryNumber) {
  const Tensor x = tensor({0, NAN, INFINITY, -INFINITY});
  EXPECT_EQ(truths(hs::isnan(x)), (Bools{false, true, false, false}));
  EXPECT_EQ(truths(hs::isinf(x)), (Bools{false, false, true, true}));
  EXPECT_EQ(truths(hs::isfinite(x)), (Bools{true, false, false, false}));
  EXPECT_EQ(truths(hs::isfinite(integers({-1, 0}))), (Bools{true, true}));
}
