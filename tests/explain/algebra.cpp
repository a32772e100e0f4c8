// Derivatives as formulas: simplified, and read back by our own parser.
#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/explain.hpp>
#include <hindsight/hindsight.hpp>

#include "explain/chain_at.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace explain = hindsight::explain;

namespace {

std::string derivative(const std::string& text) {
  return chain(text, {{"x", 0.7}}).derivatives.at(0).formula;
}

/// The formula of each derivative gives, at other points, what backpropagation gives there.
void expect_read_back(const std::string& text, const std::vector<Point>& points) {
  const auto first = chain(text, points[0]);
  for (const auto& d : first.derivatives) {
    ASSERT_FALSE(d.formula.empty()) << text;
    for (const Point& at : points) {
      if (d.of_one_side && &at != &points[0]) continue;
      const auto there = explain::read_expression(text, at);
      for (const auto& [name, variable] : there.variables) {
        if (name != d.variable) continue;
        const double exact = there.value.requires_grad() ? hs::grad(there.value, variable).item() : 0;
        const double read = explain::read_expression(d.formula, at).value.item();
        EXPECT_NEAR(read, exact, tolerance::proof_rounding * std::max(1.0, std::abs(exact)))
            << text << " by " << name << ": " << d.formula;
      }
    }
  }
}

const std::vector<Point> points{{{"x", 0.6}, {"y", 0.8}, {"z", 1.2}},
                                {{"x", 0.31}, {"y", 0.77}, {"z", 0.9}},
                                {{"x", 0.93}, {"y", 0.12}, {"z", 2.1}},
                                {{"x", 0.11}, {"y", 0.98}, {"z", 1.01}}};

}  // namespace

TEST(Algebra, WritesDerivativesAsOneWould) {
  EXPECT_EQ(derivative("(3x+1)^2"), "18x + 6");
  EXPECT_EQ(derivative("(3x+1)^9"), "27*(3x + 1)^8");
  EXPECT_EQ(derivative("x"), "1");
  EXPECT_EQ(derivative("5x"), "5");
  EXPECT_EQ(derivative("x - x"), "0");
  EXPECT_EQ(derivative("x^2/300"), "x/150");
  EXPECT_EQ(derivative("4x^3 - 2x^2 + 7"), "12x^2 - 4x");
  EXPECT_EQ(derivative("sin(x)"), "cos(x)");
  EXPECT_EQ(derivative("sin(x)/x"), "cos(x)/x - sin(x)/x^2");
  EXPECT_EQ(derivative("sigmoid(2x)"), "2*sigmoid(2x)*(1 - sigmoid(2x))");
  EXPECT_EQ(derivative("tanh(x)"), "1 - tanh(x)^2");
  EXPECT_EQ(derivative("exp(-x^2)"), "-2x*exp(-x^2)");
  EXPECT_EQ(derivative("log(x)"), "1/x");
  EXPECT_EQ(derivative("sqrt(x)"), "0.5/sqrt(x)");
  EXPECT_EQ(derivative("relu(3x)"), "3*step(3x)");
  EXPECT_EQ(derivative("x^0.5"), "0.5/x^0.5");
}

TEST(Algebra, KeepsVariablesApart) {
  const auto c = chain("x*y^2 + 3e*x", {{"e", 1}, {"x", 2}, {"y", 3}});
  EXPECT_EQ(c.derivatives[0].formula, "3x");
  EXPECT_EQ(c.derivatives[1].formula, "y^2 + 3*e");
  EXPECT_EQ(c.derivatives[2].formula, "2x*y");
  EXPECT_EQ(c.expanded, "x*y^2 + 3*e*x");
}

TEST(Algebra, ChecksPolynomialsByExpanding) {
  const auto c = chain("(3x+1)^2", {{"x", 2}});
  EXPECT_EQ(c.expanded, "9x^2 + 6x + 1");
  EXPECT_EQ(c.derivatives[0].term_by_term, "18x + 6");
  EXPECT_EQ(chain("(x+y)^2", {{"x", 2}, {"y", 1}}).expanded, "x^2 + 2x*y + y^2");
  EXPECT_EQ(chain("sin(x)^2", {{"x", 2}}).expanded, "");
  EXPECT_EQ(chain("1/x", {{"x", 2}}).expanded, "");
}

TEST(Algebra, FormulasReadBackGiveTheGradient) {
  for (const char* text : {"(3x+1)^2",
                           "(x+y)^3*z",
                           "x*y/(x+z)",
                           "sin(x)*cos(y)",
                           "exp(x*y)/(1 + z^2)",
                           "sqrt(x^2 + y^2)",
                           "log(x)*log(y)",
                           "x^y",
                           "y^x",
                           "2^x",
                           "sigmoid(x*y + z)",
                           "tanh(sigmoid(x) - y)^2",
                           "(x - y)^-2",
                           "-(x - y)*z",
                           "maximum(x, y)*z",
                           "minimum(x*y, z)",
                           "abs(x - y)",
                           "where([x > y], x^2, y*x)",
                           "softplus(x)*gelu(y)",
                           "leaky_relu(x - y, 0.1)",
                           "elu(x - z, 1.3)",
                           "(x+y)^0.5",
                           "(x + 1)*(x + 2)*(x + 3)",
                           "1/(1 + exp(-x))",
                           "x/y/z",
                           "x/(y*z)",
                           "x - (y - z)",
                           "(x*y)^3",
                           "sin(sin(sin(x)))"})
    expect_read_back(text, points);
}

TEST(Algebra, FormulasOfEveryElementwiseOperationReadBack) {
  for (const hs::Op* op : hs::operations()) {
    if (!op->elementwise || !op->is_differentiable() || op->name == "where" || !op->samples ||
        op->samples().front().attributes.begin() != op->samples().front().attributes.end())
      continue;
    expect_read_back(std::string(op->name) + (op->arity == 1   ? "(x)"
                                              : op->arity == 2 ? "(x, y)"
                                                               : "(x, y, z)"),
                     points);
  }
}

TEST(Algebra, CalculatesWithAnOperationOfWhichItHasNeverHeard) {
  // Its text says that it is a product; another one says nothing, and stands for itself.
  static const hs::Op twice = {
      .name = "scaled_product",
      .latex = "{0} {1}",
      .text = "{0} * {1}",
      .words = "a product",
      .binding = hs::Binding::product,
      .arity = 2,
      .elementwise = true,
      .rule = [](hs::Operands in, const hs::Attributes&) { return in[0].type(); },
      .forward = [](hs::Operands in, const hs::Attributes&,
                    hs::Array& out) { out = (hs::Tensor(in[0]) * hs::Tensor(in[1])).contiguous().array(); },
      .partials = {[](const hs::Tensor& y) { return y.input(1); },
                   [](const hs::Tensor& y) { return y.input(0); }},
  };
  hs::register_operation(twice);
  EXPECT_EQ(derivative("scaled_product(x + 1, x + 2)"), "2x + 3");
}

TEST(Algebra, GivesUpOnWhatNobodyWouldRead) {
  std::string long_product = "1";
  for (int i = 0; i < 60; ++i) long_product += "*(sin(x + " + std::to_string(i) + ") + cos(x))";
  EXPECT_EQ(derivative(long_product), "");
}

TEST(Conditions, AreReadBetweenSquareBrackets) {
  const auto value = [](const std::string& text) {
    return explain::read_expression(text, {{"x", 2}}).value.item();
  };
  EXPECT_EQ(value("where([x > 1], 3, 4)"), 3);
  EXPECT_EQ(value("where([x <= 1], 3, 4)"), 4);
  EXPECT_EQ(value("where([x == 2], 3, 4)"), 3);
  EXPECT_EQ(value("where([x != 2], 3, 4)"), 4);
  for (const auto& [text, message] :
       {std::pair("[x > 1]", "a comparison is true or false: choose by it with where([a > b], c, d)"),
        std::pair("where([x], 1, 2)", "a comparison should stand between [ and ]: ==, !=, >=, <=, > or <"),
        std::pair("where([x > 1, 1, 2)", "a closing ] is missing")}) {
    try {
      value(text);
      ADD_FAILURE() << text;
    } catch (const hs::ParseError& error) {
      EXPECT_NE(std::string(error.what()).find(message), std::string::npos) << error.what();
    }
  }
}

TEST(Steps, GoForwardThenBackwardOneNodeAtATime) {
  const std::string text = explain::to_steps(chain("(3x+1)^2", {{"x", 2}}));
  const std::string begin =
      "Step 1, forward: x is given, 2\n"
      "  > x            value 2\n"
      "    u1 = 3 * x\n"
      "    u2 = u1 + 1\n"
      "    u3 = u2^2\n"
      "\n"
      "Step 2, forward: u1 = 3 * x = 6 (";
  EXPECT_EQ(text.substr(0, begin.size()), begin);
  const std::string end =
      "Step 8, backward: du1/dx = 3, so x gets df/du1 * du1/dx = 14 * 3 = 42\n"
      "  > x            value 2             df/dx 42\n"
      "    u1 = 3 * x   value 6             df/du1 14\n"
      "    u2 = u1 + 1  value 7             df/du2 14\n"
      "    u3 = u2^2    value 49            df/du3 1\n\n";
  EXPECT_EQ(text.substr(text.size() - std::min(text.size(), end.size())), end);
}

TEST(StepErrors, FallAsTheSquareAndRiseAgain) {
  const auto errors = explain::errors_by_step(explain::read_expression("exp(x)", {{"x", 1}}), "x");
  ASSERT_EQ(errors.size(), 44U);
  EXPECT_EQ(errors[0].h, 0.5);
  for (std::size_t k = 0; k < 8; ++k)
    EXPECT_NEAR(errors[k].error / errors[k + 1].error, 4, 0.1) << "the truncation is h²/6 · f‴";
  const auto least = std::min_element(errors.begin(), errors.end(),
                                      [](const auto& a, const auto& b) { return a.error < b.error; });
  EXPECT_LT(least->error, 1e-9);
  EXPECT_GT(least->h, 1e-8);
  EXPECT_LT(least->h, 1e-3);
  EXPECT_GT(errors.back().error, 1e-4) << "rounding: ε/h";
}
