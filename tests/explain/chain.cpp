#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/explain.hpp>
#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "explain/chain_at.hpp"

namespace explain = hindsight::explain;

namespace {

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
            "  as a formula: df/dx = 18x + 6\n"
            "  checked by expanding: f = 9x^2 + 6x + 1, whose derivative term by term is 18x + 6\n"
            "  checked numerically: 42 (difference 0.0e+00)\n");
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

TEST(ChainRule, ListsTheLargestPathsFirst) {
  std::string doubled = "x";
  for (int i = 0; i < 30; ++i) doubled = "(" + doubled + "*1)";  // one path
  EXPECT_EQ(chain(doubled, {{"x", 3}}).derivatives[0].paths.size(), 1U);
  const auto c = chain("x*1 + x*(-4) + x*2", {{"x", 1}});
  const auto& paths = c.derivatives[0].paths;
  ASSERT_EQ(paths.size(), 3U);
  EXPECT_EQ(paths[0].product, -4);
  EXPECT_EQ(paths[1].product, 2);
  EXPECT_EQ(paths[2].product, 1);
}

TEST(ChainRule, FindsTheLargestOfTooManyPathsAndSumsUpTheRest) {
  std::string many = "x";
  for (int i = 0; i < 60; ++i) many = "(" + many + ")*x + x";
  const auto c = chain(many, {{"x", 1.5}});
  const auto& d = c.derivatives[0];
  EXPECT_EQ(d.path_count, 121);  // two more with each step
  ASSERT_EQ(d.paths.size(), explain::Derivative::listed_of_many);
  double listed = d.paths[0].product;
  for (std::size_t i = 1; i < d.paths.size(); ++i) {
    listed += d.paths[i].product;
    EXPECT_LE(std::abs(d.paths[i].product), std::abs(d.paths[i - 1].product));
  }
  EXPECT_NEAR(d.rest(), d.value - listed, 1e-9 * d.value);
  const std::string text = to_text(c);
  EXPECT_NE(text.find("  the sum over 121 paths from f down to x, the largest 10 of them:\n"),
            std::string::npos);
  EXPECT_NE(text.find("    the other 111 paths: "), std::string::npos);
}

TEST(ChainRule, WorksAtASingleVariableAndAConstant) {
  EXPECT_EQ(chain("x", {{"x", 3}}).derivatives.at(0).value, 1);
  EXPECT_EQ(chain("2*3", {}).value(), 6);
  EXPECT_TRUE(chain("2*3", {}).derivatives.empty());
}

TEST(ChainRule, AgreesWithNumbersForEveryElementwiseOperation) {
  for (const hindsight::Op* op : hindsight::operations()) {
    // An expression has no way to write attributes (an exponent, a slope) or conditions.
    if (!op->elementwise || !op->is_differentiable() || op->name == "where" || !op->samples ||
        !op->samples().front().attributes.empty())
      continue;
    const std::string text = std::string(op->name) + (op->arity == 1   ? "(x)"
                                                      : op->arity == 2 ? "(x, y)"
                                                                       : "(x, y, z)");
    const auto c = chain(text, {{"x", 0.6}, {"y", 0.8}, {"z", 1.2}});
    for (const auto& derivative : c.derivatives) EXPECT_LT(derivative.difference, 1e-9) << text;
  }
}

TEST(ChainRule, LeavesTheNamesOfVariablesToThem) {
  const auto c = chain("u1*x+f", {{"u1", 3}, {"x", 2}, {"f", 1}});
  const std::string begin =
      "f_(f, u1, x) = u1*x+f   at f = 1, u1 = 3, x = 2\n\n"
      "Forward pass: each value, and how it changes with what it is made of\n"
      "  f            = 1\n"
      "  u1           = 3\n"
      "  x            = 2\n"
      "  u2 = u1 * x  = 6             du2/du1 = x = 2  du2/dx = u1 = 3\n"
      "  u3 = u2 + f  = 7 ";
  EXPECT_EQ(explain::to_text(c).substr(0, begin.size()), begin);
}

TEST(ChainRule, ChecksWithAStepThatFitsThePoint) {
  const auto checked = [](const std::string& text, double x) {
    return chain(text, {{"x", x}}).derivatives.at(0).agrees;
  };
  EXPECT_TRUE(checked("1/x", 1e-7));
  EXPECT_TRUE(checked("x^2", 1e150));
  EXPECT_TRUE(checked("sin(x)", 100));
  EXPECT_TRUE(checked("log(x)", 1e-300));
  EXPECT_TRUE(checked("relu(x)", 1e-6)) << "the step stays on one side of the kink";
  EXPECT_TRUE(checked("x^2", 0));
  EXPECT_TRUE(checked("x + 1", 1e-9));
  EXPECT_TRUE(checked("sin(x) + 1000", 1e-9));
  EXPECT_TRUE(checked("cos(x)", 0));
}

TEST(ChainRule, SaysWhyItCouldNotBeChecked) {
  const auto said = [](const std::string& text, double x) {
    const std::string all = explain::to_text(chain(text, {{"x", x}}));
    EXPECT_EQ(all.find("-nan"), std::string::npos) << all;
    return all.substr(all.rfind("\n  ") + 3);
  };
  const std::string unchecked = "could not be checked numerically: ";
  EXPECT_EQ(
      said("x^1.5", 0),
      unchecked + "there are no finite values on both sides: this point is at the edge of the domain\n");
  EXPECT_EQ(said("sin(x)", 1e20),
            unchecked + "near x = 1e+20 the function changes too fast, or too little, for differences\n");
  EXPECT_EQ(said("x + 1e20", 1),
            unchecked + "near x = 1 the function changes too fast, or too little, for differences\n");
  EXPECT_EQ(said("sign(x)", 0), unchecked + "near x = 0 the function jumps or bends: u1 = sign(x)\n");
}

TEST(ChainRule, TakesLongSums) {
  std::string sum = "x";
  for (int i = 1; i < 20'000; ++i) sum += "+x";
  const auto c = chain(sum, {{"x", 2}});
  EXPECT_EQ(c.value(), 40'000);
  EXPECT_EQ(c.derivatives.at(0).value, 20'000);
  EXPECT_TRUE(c.derivatives.at(0).agrees);
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
  error_of("ln(x)", "cannot read \"ln(x)\" at character 1: there is no function \"ln\"; did you mean log?",
           0);
  error_of("tanhh(x)",
           "cannot read \"tanhh(x)\" at character 1: there is no function \"tanhh\"; did you mean tanh?", 0);
  error_of("2 3x",
           "cannot read \"2 3x\" at character 3: two numbers stand side by side: write 2*3 for their product",
           2);
  error_of("sin", "cannot read \"sin\" at character 1: sin is a function: write sin(…)", 0);
  error_of("sin(x, x)", "cannot read \"sin(x, x)\" at character 1: sin takes 1 argument, and got 2", 0);
  error_of("",
           "cannot read \"\" at character 1: the expression ends where a number, a variable or a bracket "
           "should follow",
           0);
  error_of(
      "x + é",
      "cannot read \"x + é\" at character 5: 'é' cannot stand here; a number, a variable or a bracket should",
      4);
  error_of("é*x",
           "cannot read \"é*x\" at character 1: 'é' cannot stand here; a number, a variable or a bracket "
           "should",
           0);
  error_of("é+$",
           "cannot read \"é+$\" at character 1: 'é' cannot stand here; a number, a variable or a bracket "
           "should",
           0);
  error_of("1_000",
           "cannot read \"1_000\" at character 2: a number has digits, a point and an exponent only: write "
           "it without separators",
           1);
  error_of("0x10",
           "cannot read \"0x10\" at character 2: a number has digits, a point and an exponent only: write it "
           "in decimal, or 0*x10 for a product",
           1);
  error_of("0b1",
           "cannot read \"0b1\" at character 2: a number has digits, a point and an exponent only: write it "
           "in decimal, or 0*b1 for a product",
           1);
  error_of("2*",
           "cannot read \"2*\" at character 3: the expression ends where a number, a variable or a bracket "
           "should follow",
           2);
}

TEST(Expression, QuotesOnlyWhatIsNearTheError) {
  expect_error<hindsight::ParseError>(
      [&] {
        explain::read_expression(std::string(50'000, ' ') + "x + $ + é" + std::string(50'000, ' '),
                                 {{"x", 1}});
      },
      "cannot read \"…" + std::string(36, ' ') + "x + $ + é" + std::string(34, ' ') +
          "…\" at character 50005: '$' cannot stand here; a number, a variable or a bracket should");
  expect_error<hindsight::ParseError>(
      [] {
        explain::read_expression("sin(x)", {{"x", 1}, {"sin", 2}});
      },
      "cannot read \"sin(x)\" at character 4: sin is a function here, and a variable that has a value: give "
      "the "
      "variable another name");
}

TEST(Expression, StopsAtBracketsThatAreTooDeep) {
  EXPECT_THROW(explain::read_expression(std::string(100'000, '('), {}), hindsight::ParseError);
  EXPECT_THROW(explain::read_expression(std::string(100'000, '-') + "1", {}), hindsight::ParseError);
}
