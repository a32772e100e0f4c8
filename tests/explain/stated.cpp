// What operations say about their derivatives, as formulas.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

namespace hs = hindsight;

namespace {

/// "x: f * (1 - f); …" of the operation's first sample, "x: g …" where it is a cotangent.
std::string stated(const char* name) {
  const hs::Op& op = *hs::find_operation(name);
  const std::vector<std::string> names{"x", "y", "z"};
  std::string text;
  for (const auto& derivative : hs::explain::stated_derivatives(op, op.samples()[0], names))
    text += (text.empty() ? "" : "; ") + std::string(derivative.is_partial ? "df/d" : "g to ") +
            derivative.input + ": " + derivative.formula;
  return text;
}

}  // namespace

TEST(StatedDerivatives, AreThePartialsOfElementwiseOperations) {
  EXPECT_EQ(stated("sigmoid"), "df/dx: f * (1 - f)");
  EXPECT_EQ(stated("divide"), "df/dx: 1 / y; df/dy: -f / y");
  EXPECT_EQ(stated("power"), "df/dx: 2 * x");
}

TEST(StatedDerivatives, AreTheCotangentsOfOthers) {
  EXPECT_EQ(stated("matmul"), "g to x: g @ y^T; g to y: x^T @ g");
  EXPECT_EQ(stated("softmax"), "g to x: f * (g - sum(g * f, axes=[1], keepdim=true))");
  EXPECT_EQ(stated("gather"), "g to x: scatter_add(broadcast_to(0, shape=[3, 4]), y, g, axis=0)");
  EXPECT_EQ(stated("cat"),
            "g to x: slice(g, axis=0, start=0, stop=2); g to y: slice(g, axis=0, start=2, stop=3); "
            "g to z: slice(g, axis=0, start=3, stop=5); g to x3: slice(g, axis=0, start=5, stop=5); "
            "g to x4: slice(g, axis=0, start=5, stop=6)");
}

TEST(StatedDerivatives, ShowTheConditionsThatTheyDependOn) {
  EXPECT_EQ(stated("clamp_min"), "g to x: where([x >= y], g, 0); g to y: where([x < y], g, 0)");
  EXPECT_EQ(stated("where"), "g to y: where(x, g, 0); g to z: where(x, 0, g)");
}

TEST(StatedDerivatives, AreEmptyWhereThereAreNone) { EXPECT_EQ(stated("greater"), ""); }
