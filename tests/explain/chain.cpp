#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/explain.hpp>
#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace explain = hindsight::explain;

namespace {

explain::Chain chain(const std::string& text, const std::map<std::string, double>& at) {
  return explain::chain_rule(explain::read_expression(text, at));
}
double value(const std::string& text, double x = 0) { return chain(text, {{"x", x}}).value(); }

}  // namespace

TEST(ChainRule, OfTheLesson) {
  const auto c = chain("(3x+1)^2", {{"x", 2}});
  EXPECT_EQ(c.value(), 49);
  ASSERT_EQ(c.derivatives.size(), 1U);
  EXPECT_EQ(c.derivatives[0].value, 42);
  EXPECT_LT(c.derivatives[0].difference, 1e-9);
  EXPECT_EQ(explain::to_text(c),
            "f(x) = (3x+1)^2   at x = 2\n\n"
            "Forward pass: each value, and how it changes with what it is made of\n"
            "  x            = 2\n"
            "  u1 = 3 * x   = 6             du1/dx = 3\n"
            "  u2 = u1 + 1  = 7             du2/du1 = 1\n"
            "  u3 = u2^2    = 49            du3/du2 = 2 * u2 = 14\n"
            "  f = 49\n\n"
            "Backward pass: how the result changes with each value, from the result down\n"
            "  df/du3 = 1\n  df/du2 = 14\n  df/du1 = 14\n  df/dx = 42\n\n"
            "Chain rule: df/dx = 42\n"
            "  du3/du2 * du2/du1 * du1/dx = 14 * 1 * 3 = 42\n"
            "  checked numerically: 42 (difference 8.7e-12)\n");
}

TEST(ChainRule, AddsUpEveryPath) {
  const auto c = chain("x*sin(x) + x*y", {{"x", 0.5}, {"y", -2}});
  const auto& by_x = c.derivatives.at(0);
  EXPECT_EQ(by_x.paths.size(), 3U);
  double sum = 0;
  for (const auto& path : by_x.paths) sum += path.product;
  EXPECT_NEAR(sum, std::sin(0.5) + 0.5 * std::cos(0.5) - 2, 1e-15);
  EXPECT_NEAR(by_x.value, sum, 1e-15);
  EXPECT_EQ(c.derivatives.at(1).value, 0.5);
}

TEST(ChainRule, CountsPathsBeforeListingThem) {
  std::string doubled = "x";
  for (int i = 0; i < 30; ++i) doubled = "(" + doubled + "*1)";  // one path
  EXPECT_EQ(chain(doubled, {{"x", 3}}).derivatives[0].paths.size(), 1U);
  std::string many = "x";
  for (int i = 0; i < 7; ++i) many = "(" + many + ")*x";
  EXPECT_EQ(chain(many, {{"x", 1}}).derivatives[0].paths.size(), 8U);
}

TEST(ChainRule, WorksAtASingleVariableAndAConstant) {
  EXPECT_EQ(chain("x", {{"x", 3}}).derivatives.at(0).value, 1);
  EXPECT_EQ(chain("2*3", {}).value(), 6);
  EXPECT_TRUE(chain("2*3", {}).derivatives.empty());
}

TEST(ChainRule, AgreesWithNumbersForEveryElementwiseOperation) {
  for (const hindsight::Op* op : hindsight::operations()) {
    // An expression has no way to write attributes (an exponent, a slope) or conditions.
    if (!op->elementwise || !op->is_differentiable() || op->name == "where" ||
        !op->samples().front().attributes.empty())
      continue;
    const std::string text = std::string(op->name) + (op->arity == 1 ? "(x)" : "(x, y)");
    const auto c = chain(text, {{"x", 0.6}, {"y", 0.8}});
    for (const auto& derivative : c.derivatives) EXPECT_LT(derivative.difference, 1e-9) << text;
  }
}

TEST(Expression, ReadsAsMathematicsIsWritten) {
  EXPECT_EQ(value("2+3*4^2/8-1"), 7);
  EXPECT_EQ(value("2^3^2"), 512);
  EXPECT_EQ(value("-x^2", 3), -9);
  EXPECT_EQ(value("(-x)^2", 3), 9);
  EXPECT_EQ(value("2x(x+1)", 3), 24);
  EXPECT_EQ(value("1/2x", 4), 2) << "a product is read from the left, as in most calculators";
  EXPECT_EQ(value("2e3x", 2), 4000);
  EXPECT_EQ(value(" 2 ^ -1 "), 0.5);
  EXPECT_NEAR(value("sin(pi/2) + log(e)"), 2, 1e-15);
}

TEST(Expression, PointsAtTheCharacterThatItCannotRead) {
  const auto error_of = [](const std::string& text, const std::string& message, std::size_t position) {
    try {
      explain::read_expression(text, {{"x", 1}});
      FAIL() << text;
    } catch (const hindsight::ParseError& error) {
      EXPECT_EQ(std::string(error.what()), message);
      EXPECT_EQ(error.position(), position);
    }
  };
  error_of("(3x+1^2", "cannot read \"(3x+1^2\" at character 8: a closing bracket is missing", 7);
  error_of("3x+1)^2", "cannot read \"3x+1)^2\" at character 5: this bracket was never opened", 4);
  error_of("3 $ x", "cannot read \"3 $ x\" at character 3: expected an operator here", 2);
  error_of("y+1", "cannot read \"y+1\" at character 1: variable y has no value: give it with --at y=NUMBER",
           0);
  error_of("foo(x)", "cannot read \"foo(x)\" at character 1: there is no function \"foo\"", 0);
  error_of("sin", "cannot read \"sin\" at character 1: sin is a function: write sin(…)", 0);
  error_of("sin(x, x)", "cannot read \"sin(x, x)\" at character 1: sin takes 1 argument, and got 2", 0);
  error_of("",
           "cannot read \"\" at character 1: the expression ends where a number, a variable or a bracket "
           "should follow",
           0);
  error_of("2*",
           "cannot read \"2*\" at character 3: the expression ends where a number, a variable or a bracket "
           "should follow",
           2);
}

TEST(Expression, StopsAtBracketsThatAreTooDeep) {
  EXPECT_THROW(explain::read_expression(std::string(100'000, '('), {}), hindsight::ParseError);
  EXPECT_THROW(explain::read_expression(std::string(100'000, '-') + "1", {}), hindsight::ParseError);
}
