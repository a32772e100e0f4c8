// What is printed can be read, and says what it stands for: tried on random expressions.
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include <hindsight/explain.hpp>
#include <hindsight/hindsight.hpp>

#include "tolerances.hpp"

namespace hs = hindsight;
namespace explain = hindsight::explain;

namespace {

using Point = std::map<std::string, double>;

/// Expressions that lean on brackets: products, sums and negative numbers as bases and exponents.
class RandomExpression {
 public:
  explicit RandomExpression(unsigned seed) : random_(seed) {}

  std::string of_depth(int depth) {
    if (depth == 0)
      return pick({"x", "y", "3x", "0.5y", "x*y", "-x", "2", "(-4)", "-0.25", "pi", "e*y", "2x^2"});
    const std::string a = of_depth(depth - 1), b = of_depth(depth - 1);
    switch (random_() % 12) {
      case 0:
        return "(" + a + ")^(" + b + ")";
      case 1:
        return "(" + a + ")^" + pick({"2", "3", "-1", "0.5", "-2", "(-1.5)"});
      case 2:
        return pick({"2", "e", "3", "0.5", "(-4)", "10"}) + "^(" + b + ")";
      case 3:
        return "(" + a + ")*(" + b + ")";
      case 4:
        return "(" + a + ")/(" + b + ")";
      case 5:
        return "(" + a + ") - (" + b + ")";
      case 6:
        return "-(" + a + ")";
      case 7:
        return "maximum(" + a + ", " + b + ")";
      case 8:
        return "ceil(" + a + ")*(" + b + ")";
      default:
        return pick({"exp", "log", "sqrt", "sin", "tanh", "abs", "expm1"}) + "(" + a + ")";
    }
  }

 private:
  std::string pick(std::initializer_list<const char*> of) { return *(of.begin() + random_() % of.size()); }

  std::mt19937 random_;
};

void expect_reads(const std::string& formula, const Point& at, double value, const std::string& where) {
  const double read = explain::read_expression(formula, at).value.item();
  EXPECT_NEAR(read, value, tolerance::printed_formula * std::max(1.0, std::abs(value)))
      << where << ": " << formula;
}

void expect_all_read(const explain::Chain& chain, const Point& at) {
  Point names = at;
  for (const auto& node : chain.nodes)
    if (!node.formula.empty()) names[node.name] = node.value;
  for (const auto& node : chain.nodes) {
    if (!node.formula.empty()) expect_reads(node.formula, names, node.value, chain.expression);
    for (const auto& link : node.links) expect_reads(link.derivative, names, link.value, chain.expression);
  }
  for (const auto& d : chain.derivatives) {
    if (!d.formula.empty()) expect_reads(d.formula, at, d.value, chain.expression + " by " + d.variable);
    if (!d.term_by_term.empty()) expect_reads(d.term_by_term, at, d.value, chain.expression);
  }
  if (!chain.expanded.empty()) expect_reads(chain.expanded, at, chain.value(), chain.expression);
}

/// Numbers of a size whose digits are not lost on the way.
bool is_measured(const explain::Chain& chain) {
  const auto fits = [](double x) { return std::isfinite(x) && std::abs(x) < 1e4; };
  for (const auto& node : chain.nodes) {
    if (!fits(node.value) || !fits(node.gradient)) return false;
    for (const auto& link : node.links)
      if (!fits(link.value)) return false;
  }
  return true;
}

}  // namespace

TEST(ReadBack, BracketsStandAroundBasesAndExponents) {
  const auto derivatives = [](const std::string& text) {
    std::string all;
    for (const auto& d :
         explain::chain_rule(explain::read_expression(text, {{"x", 1.3}, {"y", 0.7}})).derivatives)
      all += (all.empty() ? "" : "; ") + d.formula;
    return all;
  };
  EXPECT_EQ(derivatives("(3x)^y"), "3y*(3x)^(y - 1); log(3x)*(3x)^y");
  EXPECT_EQ(derivatives("x^(2y)"), "2y*x^(2y - 1); 2*log(x)*x^(2y)");
  EXPECT_EQ(derivatives("2^(4x)"), "2.7725887222398*2^(4x)");
  EXPECT_EQ(derivatives("x*(-4)^ceil(y)"), "(-4)^ceil(y); 0");
  EXPECT_EQ(derivatives("(x^y)^x"),
            "log(x^y)*(x^y)^x + x*y*(x^y)^(x - 1)*x^(y - 1); x*log(x)*(x^y)^(x - 1)*x^y");
  EXPECT_EQ(derivatives("log(2^x)"), "0.69314718055995");
  EXPECT_EQ(derivatives("2^(3^x)"), "0.76150001041881*2^(3^x)*3^x");
  EXPECT_EQ(derivatives("e^(pi*x)"), "pi*e^(pi*x)");
  EXPECT_EQ(derivatives("pi*sin(pi*x)"), "pi^2*cos(pi*x)");
}

TEST(ReadBack, AChoiceThatIsMadeIsTrueOrFalse) {
  const Point at{{"x", 2}};
  const auto chain = explain::chain_rule(explain::read_expression("where([x > 1], x^2, 3x)*abs(x - 2)", at));
  EXPECT_EQ(chain.nodes[5].formula, "where(true, u1, u2)");
  expect_all_read(chain, at);
  EXPECT_NE(to_markdown(document(chain)).find("\\mathrm{true}"), std::string::npos);
}

TEST(ReadBack, WhatCancelsUpToRoundingIsNothing) {
  const auto derivative = [](const std::string& text) {
    return explain::chain_rule(explain::read_expression(text, {{"x", 2}})).derivatives[0].formula;
  };
  EXPECT_EQ(derivative("0.1x + 0.2x - 0.3x"), "0");
  EXPECT_EQ(derivative("(2/x*0.25)/((3/e)/(3x))"), "0");
  EXPECT_EQ(derivative("1e-17*x"), "1e-17");
}

TEST(ReadBack, EveryFormulaOfARandomExpressionGivesItsValue) {
  int measured = 0;
  for (unsigned seed = 0; seed < 1000; ++seed) {
    const std::string text = RandomExpression(seed).of_depth(1 + static_cast<int>(seed % 3));
    for (const Point& at : {Point{{"x", 1.3}, {"y", 0.7}}, Point{{"x", 0.4}, {"y", 1.9}}}) {
      explain::Chain chain;
      try {
        chain = explain::chain_rule(explain::read_expression(text, at));
      } catch (const hs::ValueError&) {
        continue;  // not finite here
      }
      if (!is_measured(chain)) continue;
      ++measured;
      expect_all_read(chain, at);
    }
  }
  EXPECT_GT(measured, 1000);
}
