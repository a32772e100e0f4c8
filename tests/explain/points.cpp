// What is said at points where a function or its derivative is not there, or bends.
#include <gtest/gtest.h>

#include <hindsight/explain.hpp>
#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "explain/chain_at.hpp"

namespace hs = hindsight;
namespace explain = hindsight::explain;

namespace {

/// The last line of what is said of the derivative by x.
std::string said(const std::string& text, double x) {
  auto c = chain(text, {{"x", x}});
  const std::string all = explain::to_text(c);
  EXPECT_EQ(all.find("-nan"), std::string::npos) << all;
  return all.substr(all.rfind("\n  ") + 3);
}

const std::string refusal = ": nothing follows from that; give a point where every step is a number";

}  // namespace

TEST(Points, AStepWithoutAFiniteValueIsNamed) {
  const auto refused = [](const std::string& text, const Point& at, const std::string& message) {
    expect_error<hs::ValueError>([&] { chain(text, at); }, message + refusal);
  };
  refused("log(x)", {{"x", -1}}, "log(x) is nan at x = -1");
  refused("0*log(x)", {{"x", -1}}, "log(x) is nan at x = -1");
  refused("0/0*x", {{"x", 1}}, "a constant is nan at x = 1");
  refused("x*(1/0)", {{"x", 1}}, "a constant is inf at x = 1");
  refused("1e200*x*1e200", {{"x", 1}}, "1e+200 * x * 1e+200 is inf at x = 1");
  refused("x^-1*x", {{"x", 0}}, "x^-1 is inf at x = 0");
  refused("(-4)^x", {{"x", 0.5}}, "(-4)^x is nan at x = 0.5");
  refused("tanh(y)/(1/x - 1)", {{"x", 0}, {"y", 1}}, "1 / x is inf at x = 0, y = 1");
}

TEST(Points, AnEndlessDerivativeHasAReason) {
  const std::string begin =
      "could not be checked numerically: the derivative is infinite or undefined here, because of ";
  EXPECT_EQ(said("sqrt(x)", 0), begin + "u1 = sqrt(x), where du1/dx is inf\n");
  EXPECT_EQ(said("x^0.5", 0), begin + "u1 = x^0.5, where du1/dx is inf\n");
  EXPECT_EQ(said("(-4)^x", 2), begin + "u1 = (-4)^x, where du1/dx is nan\n");
  EXPECT_EQ(said("sqrt(x^2)", 0), begin +
                                      "u2 = sqrt(u1), where du2/du1 is inf; the slope is -1 on the left and "
                                      "1 on the right\n");
}

TEST(Points, AKinkHasTwoSlopes) {
  const auto kink = [](const std::string& step, const std::string& slopes) {
    return "a kink, as " + step + " bends here: the slope is " + slopes + "\n";
  };
  const std::string abs = "-1 on the left and 1 on the right; backpropagation gives 0";
  EXPECT_EQ(said("abs(x)", 0), kink("u1 = abs(x)", abs));
  EXPECT_EQ(said("relu(x) + relu(-x)", 0), kink("u1 = relu(x)", abs));
  EXPECT_EQ(said("maximum(x, -x)", 0), kink("u2 = maximum(x, u1)", abs));
  EXPECT_EQ(said("abs(sin(x))", 0), kink("u2 = abs(u1)", abs));
  EXPECT_EQ(said("abs(x - 1)*maximum(x, 1)", 1), kink("u2 = abs(u1)", abs));
  EXPECT_EQ(said("relu(x)", 0),
            kink("u1 = relu(x)", "0 on the left and 1 on the right; backpropagation gives 0"));
  EXPECT_EQ(said("maximum(x, 1)", 1),
            kink("u1 = maximum(x, 1)", "0 on the left and 1 on the right; backpropagation gives 0.5"));
  EXPECT_EQ(said("where([x > 0], 2x, x)", 0),
            "a kink at or near this point: the slope is 1 on the left and 2 on the right; backpropagation "
            "gives 1\n");
  EXPECT_EQ(said("cosh(abs(x))", 0), "checked numerically: 0 (difference 0.0e+00)\n") << "flat on both sides";
  EXPECT_EQ(said("relu(x) - relu(-x)", 0),
            "numerically: 1, which does not agree (difference 1.0e+00): u1 = relu(x) bends here, and "
            "backpropagation takes one slope of it\n");
}

TEST(Points, WhatCancelsIsMeasuredByWhatItIsMadeOf) {
  const auto agrees = [](const std::string& text, const Point& at) {
    for (const auto& d : chain(text, at).derivatives)
      EXPECT_TRUE(d.agrees) << text << " by " << d.variable << ": " << d.doubt;
  };
  agrees("sin(x)^2 + cos(x)^2", {{"x", 1.3}});
  agrees("3x/(x/y)", {{"x", 1.2}, {"y", 2}});
  agrees("0.1x + 0.2x - 0.3x", {{"x", 2}});
  agrees("1e-300*x", {{"x", 1e-20}});
  agrees("(x^2 + 1) + (x^2 - 1)", {{"x", 1e-8}});
  const auto c = chain("0.1x + 0.2x - 0.3x", {{"x", 2}});
  EXPECT_TRUE(c.derivatives[0].is_rounding);
  EXPECT_NE(explain::to_text(c).find("df/dx = 2.775557562e-17, which is 0 within rounding\n"),
            std::string::npos);
  EXPECT_FALSE(chain("1e-20*x", {{"x", 2}}).derivatives[0].is_rounding);
  EXPECT_FALSE(chain("sqrt(x)", {{"x", 0}}).derivatives[0].is_rounding);
  const auto small = chain("softplus(((x^2)*(x^2))^(1/e))", {{"x", 1e-8}}).derivatives[0];
  EXPECT_TRUE(small.agrees || !small.doubt.empty()) << "wide steps see an even function: " << small.numerical;
}

TEST(Points, SmoothFunctionsHaveNoKink) {
  for (const char* text :
       {"exp(x)", "1/x", "x^3", "sin(10x)", "log(x)", "x^x", "tanh(100x)", "sqrt(x)", "erf(x)", "exp(-x^2)",
        "x^5 - 3x", "1/(1 + x^2)", "gelu(x)", "silu(x)", "softplus(x)"})
    for (const double x : {1e-6, 0.01, 0.3, 1.0, 2.7, 30.0}) {
      const auto d = chain(text, {{"x", x}}).derivatives[0];
      EXPECT_FALSE(d.is_kink) << text << " at " << x << ": " << d.left << " " << d.right;
      EXPECT_TRUE(d.agrees || !d.doubt.empty())
          << text << " at " << x << ": " << d.numerical << " " << d.value;
    }
}

TEST(Points, FlatStepsAndConstantOnesAreNoFault) {
  EXPECT_EQ(
      said("gelu(sinh(3x))", -1),
      "could not be checked numerically: u3 = gelu(u2) is nearly flat here, and its last digits are lost\n");
  EXPECT_TRUE(chain("x^2 + y", {{"x", 1e5}, {"y", 1}}).derivatives[1].agrees);
}

TEST(Points, WhatNoStepResolvesIsNoKink) {
  EXPECT_FALSE(chain("log1p(x^y)", {{"x", 1}, {"y", 1e6}}).derivatives[0].is_kink);
  EXPECT_TRUE(chain("relu(x) + 1000", {{"x", 0}}).derivatives[0].is_kink);
  EXPECT_TRUE(chain("1000*abs(x) + exp(x)", {{"x", 0}}).derivatives[0].is_kink);
}

TEST(Points, OneThingTwiceHasTwoDerivatives) {
  const std::string text = explain::to_text(chain("x*x", {{"x", 3}}));
  EXPECT_NE(text.find("du1/d(1st x) = x = 3  du1/d(2nd x) = x = 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("    du1/d(1st x) = 3\n    du1/d(2nd x) = 3\n"), std::string::npos) << text;
}

TEST(Points, ChoicesAndOnesAreNotInTheWay) {
  const auto link = [](const std::string& text, std::size_t k) {
    return chain(text, {{"x", 2}, {"y", 3}}).nodes.back().links.at(k).derivative;
  };
  EXPECT_EQ(link("x^y", 0), "y * x^(y - 1)");
  EXPECT_EQ(link("x^y", 1), "u1 * log(x)");
  EXPECT_EQ(link("e^x", 0), "u1");
}
