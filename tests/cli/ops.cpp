// hindsight ops: read from the facts of the operations.
#include <sstream>

#include <gtest/gtest.h>

#include <hindsight/op.hpp>
#include <hindsight/opcheck.hpp>

#include "base/json.hpp"
#include "cli/program.hpp"

namespace hs = hindsight;

namespace {

std::string output(const std::string& arguments) {
  const Ended ended = run_program(".", arguments);
  EXPECT_EQ(ended.code, 0) << ended.err;
  return ended.out;
}

/// The lines of `text` that begin with the word `first`.
std::string line_of(const std::string& text, const std::string& first) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.rfind(first + " ", 0) == 0) return line;
  return "";
}

}  // namespace

TEST(OpsCommand, ListsEveryOperationWithItsFacts) {
  const auto list = hindsight::parse_json(output("ops --as json"), "the output");
  const auto operations = hs::operations();
  ASSERT_EQ(list.size(), operations.size());
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const hs::Op& op = *operations[i];
    EXPECT_EQ(list[i]["name"], op.name);
    EXPECT_EQ(list[i]["words"], op.words);
    EXPECT_EQ(list[i]["onnx"], op.onnx);
    EXPECT_EQ(list[i]["where"], "src/ops/" + std::string(op.name) + ".cpp");
    const hs::Opcheck proof = hs::opcheck(op);
    EXPECT_EQ(list[i]["first_derivatives"], proof.first_equal) << op.name;
    EXPECT_EQ(list[i]["second_derivatives"], proof.second_equal) << op.name;
    EXPECT_EQ(list[i]["orders_proven"], op.is_differentiable() ? 2 : 0) << op.name;
    EXPECT_EQ(list[i]["derivatives"].empty(), !op.is_differentiable()) << op.name;
  }
}

TEST(OpsCommand, PrintsATable) {
  const std::string text = output("ops"), markdown = output("ops --as markdown");
  EXPECT_EQ(text.substr(0, 10), "operation ");
  const std::string sqrt = line_of(text, "sqrt");
  for (const char* part : {"sqrt(x)", "the square root", " 2 ", "src/ops/sqrt.cpp"})
    EXPECT_NE(sqrt.find(part), std::string::npos) << sqrt;
  EXPECT_NE(line_of(text, "greater").find(" values "), std::string::npos);
  EXPECT_NE(
      markdown.find("| `divide` | `x / y` | the first divided by the second | 2 | `src/ops/divide.cpp` |\n"),
      std::string::npos);
}

TEST(OpsCommand, ShowsOneInFull) {
  EXPECT_EQ(output("ops log"),
            "log: the natural logarithm\n"
            "  formula   f = log(x)\n"
            "  LaTeX     \\ln\\left(x\\right)\n"
            "  df/dx     1 / x\n"
            "  domain    x >= 0\n"
            "  proven    order 2: 6 first and 6 second derivatives against differences, on 1 sample\n"
            "  float32   within 5e-06 * sqrt(inputs per output) of float64, relative to the largest number\n"
            "  ONNX      Log\n"
            "  where     src/ops/log.cpp\n");
  const std::string clamp = output("ops clamp_min"), power = output("ops power"), floor = output("ops floor");
  EXPECT_NE(clamp.find("  g to x    where([x >= y], g, 0)\n"), std::string::npos) << clamp;
  EXPECT_NE(clamp.find("  bends at  x = y\n"), std::string::npos) << clamp;
  EXPECT_NE(power.find("  told      exponent, as 2, 3, -1, 0.5, 1, 0\n"), std::string::npos) << power;
  EXPECT_NE(power.find("  df/dx     2 * x  (exponent=2)\n"), std::string::npos) << power;
  EXPECT_NE(floor.find("  bends at  x = n for whole n\n"), std::string::npos) << floor;
  EXPECT_NE(floor.find("  LaTeX     \\left\\lfloor x\\right\\rfloor\n"), std::string::npos) << floor;
  EXPECT_NE(output("ops round").find("  bends at  x = n + 0.5 for whole n\n"), std::string::npos);
  EXPECT_NE(output("ops hardtanh").find("  bends at  x = y, x = z\n"), std::string::npos);
  EXPECT_NE(output("ops acos").find("  domain    -1 <= x <= 1\n"), std::string::npos);
  EXPECT_EQ(output("ops tanh").find("domain"), std::string::npos);
  EXPECT_NE(output("ops less").find("  proven    values on "), std::string::npos);
}

TEST(OpsCommand, RefusesInOneLine) {
  const auto refused = [](const std::string& arguments, const std::string& line) {
    const Ended ended = run_program(".", arguments);
    EXPECT_EQ(ended.code, 2) << arguments;
    EXPECT_EQ(ended.err, "hindsight: " + line + "\n");
  };
  refused("ops sigmod",
          "there is no operation \"sigmod\" (did you mean \"sigmoid\"?); 'hindsight ops' lists them, and "
          "functions "
          "that are made of them have no entry of their own");
  refused("ops --as html",
          "--as: \"html\" is no form of the table; there are text, markdown and json ('hindsight ops --help' "
          "shows "
          "what there is)");
  refused("ops --json --markdown", "--json excludes --markdown ('hindsight ops --help' shows what there is)");
  refused("ops --as markdown --json", "--as excludes --json ('hindsight ops --help' shows what there is)");
}
