#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::Tensor;
using hs::tensor;
using hs::Verdict;

namespace {

constexpr hs::TensorOptions exact{.dtype = hs::float64};

/// An operation whose author lost a factor 2 of its derivative.
const hs::Op wrong_square = {
    .name = "wrong_square",
    .latex = "{0}^2",
    .text = "wrong_square({0})",
    .words = "a square whose derivative is wrong on purpose",
    .elementwise = true,
    .rule = [](hs::Operands in, const hs::Attributes&) { return in[0].type(); },
    .forward =
        [](hs::Operands in, const hs::Attributes&, hs::Array& out) {
          for (std::int64_t i = 0; i < out.elements(); ++i)
            out.mutable_data<double>()[i] = in[0].at(i) * in[0].at(i);
        },
    .partials = {[](const Tensor& y) { return y.input(0); }},
};

hs::Gradcheck check(const std::function<Tensor(const Tensor&)>& f, const Tensor& x) {
  return hs::gradcheck([&](std::span<const Tensor> in) { return f(in[0]); }, std::span(&x, 1));
}

}  // namespace

TEST(Gradcheck, FindsNothingWrongWithARightDerivative) {
  const auto result =
      check([](const Tensor& x) { return (hs::sin(x) * x).sum(); }, tensor({0.3, -1, 2}, exact));
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(result.count(Verdict::equal), 3U);
  EXPECT_LT(result.largest_difference(Verdict::equal), 1e-9);
}

TEST(Gradcheck, CatchesAWrongDerivative) {
  const auto result =
      check([](const Tensor& x) { return hs::apply(wrong_square, {x}).sum(); }, tensor({3, 0.5}, exact));
  EXPECT_FALSE(result.passed());
  EXPECT_EQ(result.count(Verdict::wrong), 2U);
  EXPECT_EQ(result.entries[0].label(), "input 0[0]");
  EXPECT_EQ(result.entries[0].backprop, 3);
  EXPECT_NEAR(result.entries[0].numerical, 6, 1e-9);
}

TEST(Gradcheck, ReportsAKinkWithSampleAndUnitInsteadOfAnError) {
  const Tensor x = tensor({{1, -2}, {3, 0}, {1e-6, 1}}, exact);
  const auto result = check([](const Tensor& in) { return hs::relu(in).sum(); }, x);
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(result.count(Verdict::kink), 2U);
  const auto& at_zero = result.entries[3];
  ASSERT_EQ(at_zero.kinks.size(), 1U);
  EXPECT_EQ(at_zero.kinks[0].operation, "relu");
  EXPECT_EQ(at_zero.kinks[0].sample, 1);
  EXPECT_EQ(at_zero.kinks[0].unit, 1);
  EXPECT_EQ(result.entries[4].verdict, Verdict::kink) << "1e-6 is nearer to the kink than h";
}

TEST(Gradcheck, SeesTheKinksOfAbsMaximumAndMinimum) {
  const Tensor x = tensor({0, 1}, exact), y = tensor({0.5, 1}, exact);
  EXPECT_EQ(check([](const Tensor& in) { return hs::abs(in).sum(); }, x).count(Verdict::kink), 1U);
  EXPECT_EQ(check([&](const Tensor& in) { return hs::maximum(in, y).sum(); }, x).count(Verdict::kink), 1U);
  EXPECT_EQ(check([&](const Tensor& in) { return hs::minimum(in, y).sum(); }, x).count(Verdict::kink), 1U);
}

TEST(Gradcheck, DoesNotTakeSaturationForAKink) {
  const auto result = check([](const Tensor& x) { return hs::tanh(x).sum(); }, tensor({3, -3}, exact));
  EXPECT_EQ(result.count(Verdict::equal), 2U);
}

TEST(Gradcheck, SaturationThatLosesDigitsIsAVerdictOfItsOwn) {
  // At z = 30 the sigmoid is 1 − 9e-14, of which float64 keeps three digits, and PyTorch's BCE clamps.
  const Tensor target = tensor({0.0, 0.0}, exact);
  const auto loss = [&](const Tensor& x) { return hs::nn::BCELoss()(hs::sigmoid(x), target); };
  const auto result = check(loss, tensor({30, 0.5}, exact));
  EXPECT_EQ(result.entries[0].verdict, Verdict::saturated);
  EXPECT_EQ(name(result.entries[0].verdict), "saturated");
  EXPECT_EQ(result.entries[1].verdict, Verdict::equal);
  EXPECT_TRUE(result.passed());
}

TEST(Gradcheck, ALargeLossIsNoReasonToAccuse) {
  for (const double size : {1e6, 1e7, 1e9, 1e12, 1e200}) {
    const auto result = check([=](const Tensor& x) { return (hs::sin(x) + size * hs::exp(x * 0)).sum(); },
                              tensor({0.3, 1.1}, exact));
    EXPECT_EQ(result.count(Verdict::wrong) + result.count(Verdict::kink), 0U) << size << result.str();
    EXPECT_GT(result.count(Verdict::not_measurable), 0U) << size << result.str();
    if (size >= 1e12) {
      EXPECT_EQ(result.count(Verdict::equal), 0U) << size << ": nothing can be seen";
      EXPECT_FALSE(result.passed());
      EXPECT_NE(result.str().find("NOT CHECKED: none of 2 derivatives can be measured\n"), std::string::npos);
    }
  }
}

TEST(Gradcheck, ABugInALargeLossIsStillWrong) {
  const auto result = check([](const Tensor& x) { return hs::apply(wrong_square, {x}).sum() + 1e6; },
                            tensor({3, 0.5}, exact));
  EXPECT_EQ(result.count(Verdict::wrong), 2U) << result.str();
}

TEST(Gradcheck, ABugBesideASaturatedUnitIsStillWrong) {
  const auto result = check(
      [](const Tensor& x) {
        return hs::apply(wrong_square, {hs::sigmoid(x)}).sum() + hs::apply(wrong_square, {x}).sum();
      },
      tensor({7, 0.5}, exact));
  EXPECT_EQ(result.count(Verdict::wrong), 2U);
}

TEST(Gradcheck, InfinitiesAreNotFiniteAndDoNotPass) {
  const auto result = check([](const Tensor& x) { return hs::log(x).sum(); }, tensor({-1, 1}, exact));
  EXPECT_EQ(result.entries[0].verdict, Verdict::not_finite);
  EXPECT_EQ(name(result.entries[0].verdict), "not finite");
  EXPECT_FALSE(result.passed());
}

TEST(Gradcheck, AnInfiniteGradientOfAFiniteFunctionIsWrong) {
  const auto result =
      check([](const Tensor& x) { return (hs::sqrt(x * x) / hs::sqrt(x * x)).sum(); }, tensor({1}, exact));
  EXPECT_TRUE(result.passed());
  const auto at_zero = check([](const Tensor& x) { return hs::sqrt(x * x).sum(); }, tensor({0.0}, exact));
  EXPECT_EQ(at_zero.entries[0].verdict, Verdict::wrong) << "backprop gives NaN where differences give 0";
}

TEST(Gradcheck, AValueThatStaysOnAKinkIsNoKink) {
  const Tensor zero = tensor({0.0}, exact);
  const auto result =
      check([&](const Tensor& x) { return hs::relu(x * zero).sum() + x.sum(); }, tensor({1.0}, exact));
  EXPECT_EQ(result.count(Verdict::equal), 1U);
}

TEST(Gradcheck, LeavesParametersAsTheyWere) {
  const auto model = hs::nn::Sequential(hs::nn::Linear(2, 3), hs::nn::Tanh()).to(hs::float64);
  const auto parameters = model.parameters();
  const auto before = model.state_dict();
  const Tensor loss = model(tensor({{1, 2}}, exact)).sum();
  const auto result = hs::gradcheck([&] { return model(tensor({{1, 2}}, exact)).sum(); }, parameters);
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(result.entries.size(), 9U);
  EXPECT_EQ(result.entries[5].label(), "0.weight[2, 1]");
  for (const auto& [name, value] : model.state_dict())
    EXPECT_TRUE(value.array().identical(before.at(name).array()));
  loss.backward();  // no version moved
  EXPECT_TRUE(parameters[0].grad().defined());
}

TEST(Gradcheck, RefusesFloat32) {
  expect_error<hs::DTypeError>(
      [] { check([](const Tensor& x) { return x.sum(); }, tensor({1.0})); },
      "gradcheck: input 0 is float32; differences need the digits of float64: convert the model with "
      ".to(hs::float64)");
}
