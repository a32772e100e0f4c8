// hindsight explain of expressions: its forms, its options, and what it refuses.
#include <gtest/gtest.h>

#include "cli/program.hpp"
#include "temporary_folder.hpp"

namespace {

void expect_refused(const std::string& folder, const std::string& arguments, const std::string& line) {
  const Ended ended = run_program(folder, arguments);
  EXPECT_EQ(ended.code, 2) << arguments << "\n" << ended.out;
  EXPECT_EQ(ended.out, "") << arguments;
  EXPECT_EQ(ended.err, "hindsight: " + line + "\n") << arguments;
}

}  // namespace

TEST(ExplainCommand, WritesMarkdownAndLatex) {
  const std::string markdown = run_program(".", "explain '(3x+1)^2' --at x=2 --as markdown").out;
  EXPECT_EQ(
      markdown,
      "$$ f(x) = \\left(3 \\cdot x + 1\\right)^{2} $$\n\n"
      "## Forward pass: each value, and how it changes with what it is made of\n\n"
      "$$ x = 2 $$\n\n"
      "$$ u_{1} = 3 \\cdot x = 6 $$\n\n"
      "$$ \\qquad \\frac{\\partial u_{1}}{\\partial x} = 3 $$\n\n"
      "$$ u_{2} = u_{1} + 1 = 7 $$\n\n"
      "$$ \\qquad \\frac{\\partial u_{2}}{\\partial u_{1}} = 1 $$\n\n"
      "$$ u_{3} = u_{2}^{2} = 49 $$\n\n"
      "$$ \\qquad \\frac{\\partial u_{3}}{\\partial u_{2}} = 2 \\cdot u_{2} = 14 $$\n\n"
      "$$ f = 49 $$\n\n"
      "## Backward pass: how the result changes with each value, from the result down\n\n"
      "$$ \\frac{\\partial f}{\\partial u_{3}} = 1 $$\n\n"
      "$$ \\frac{\\partial f}{\\partial u_{2}} = 14 $$\n\n"
      "$$ \\frac{\\partial f}{\\partial u_{1}} = 14 $$\n\n"
      "$$ \\frac{\\partial f}{\\partial x} = 42 $$\n\n"
      "## Chain rule: the derivative by $x$\n\n"
      "$$ \\frac{\\partial u_{3}}{\\partial u_{2}} \\cdot \\frac{\\partial u_{2}}{\\partial u_{1}} \\cdot "
      "\\frac{\\partial u_{1}}{\\partial x} = 14 \\cdot 1 \\cdot 3 = 42 $$\n\n"
      "$$ \\frac{\\partial f}{\\partial x} = 18 \\cdot x + 6 = 42 $$\n\n"
      "Checked by expanding, and taking the derivative term by term:\n\n"
      "$$ f = 9 \\cdot x^{2} + 6 \\cdot x + 1 $$\n\n"
      "$$ \\frac{\\partial f}{\\partial x} = 18 \\cdot x + 6 $$\n\n"
      "`checked numerically: 42 (difference 0.0e+00)`\n");
  const std::string latex = run_program(".", "explain 'pi*e^(2x)' --at x=1e-9 --as latex").out;
  EXPECT_EQ(latex.substr(0, 23), "\\documentclass{article}");
  EXPECT_NE(latex.find("\\[ f(x) = \\pi \\cdot e^{2 \\cdot x} \\]\n"), std::string::npos) << latex;
  EXPECT_NE(latex.find("\\[ x = 10^{-9} \\]"), std::string::npos) << latex;
  const std::string endless = run_program(".", "explain '3*(-4)^x + sqrt(y)' --at x=1,y=0 --as latex").out;
  EXPECT_NE(endless.find("\\partial x} = \\mathrm{nan}"), std::string::npos) << endless;
  EXPECT_NE(endless.find("\\partial y} = \\infty"), std::string::npos) << endless;
}

TEST(ExplainCommand, TellsInputsApartThatAreTheSame) {
  const std::string markdown = run_program(".", "explain 'x*x' --at x=3 --as markdown").out;
  for (const char* line : {"\\frac{\\partial u_{1}}{\\partial \\left(\\text{1st }x\\right)} = x = 3 $$",
                           "\\frac{\\partial u_{1}}{\\partial \\left(\\text{2nd }x\\right)} = x = 3 $$",
                           "\nthe sum over 2 paths from f down to x:\n",
                           "$$ \\frac{\\partial f}{\\partial x} = 2 \\cdot x = 6 $$"})
    EXPECT_NE(markdown.find(line), std::string::npos) << line << "\n" << markdown;
  std::string long_sum = "x";
  for (int i = 0; i < 40; ++i) long_sum = "(" + long_sum + ")*x + x";
  const std::string many = run_program(".", "explain '" + long_sum + "' --at x=1.1 --as markdown").out;
  EXPECT_NE(many.find("\nthe sum over 81 paths from f down to x, the largest 10 of them:\n"),
            std::string::npos)
      << many;
  EXPECT_NE(many.find("\nthe other 71 paths: "), std::string::npos) << many;
}

TEST(ExplainCommand, ShowsAFormulaUnlessItCannotBeRead) {
  const auto markdown = [](const std::string& arguments) {
    return run_program(".", "explain " + arguments + " --as markdown").out;
  };
  EXPECT_NE(markdown("'info^2' --at info=3").find("= 2 \\cdot \\mathrm{info} = 6 $$"), std::string::npos)
      << "a name that begins as infinity does";
  EXPECT_NE(markdown("'sqrt(x)' --at x=0").find("= \\infty $$"), std::string::npos);
}

TEST(ExplainCommand, DoesAllThatItIsToldTo) {
  const TemporaryFolder folder;
  const Ended json = run_program(folder.str(), "explain x^2 --at x=1 --json --out drawn");
  EXPECT_EQ(json.out.substr(0, 2), "{\n") << json.err;
  EXPECT_EQ(folder.content(folder / "drawn/curve.svg").substr(0, 5), "<svg ");
  expect_refused(".", "explain x^2 --at x=1 --json --steps", "--steps is text only: leave out --as json");
  expect_refused(".", "explain x^2 --at x=1 --as latex --curve",
                 "--curve is text only: leave out --as latex");
  expect_refused(".", "graph x --at x=1,y=2", "--at gives y, which does not occur in \"x\"");
}

TEST(ExplainCommand, RefusesPointsWhereNothingFollows) {
  const std::string line =
      "log(x) is nan at x = -1: nothing follows from that; give a point where every step is a number";
  for (const char* form : {"", " --steps", " --curve", " --json", " --as latex"})
    expect_refused(".", std::string("explain 'log(x)' --at x=-1") + form, line);
  expect_refused(".", "graph 'log(x)' --at x=-1", line);
  expect_refused(".", "explain 'sqrt(x)' --at x=0 --curve",
                 "there is no error to show by x: its derivative or the values beside x = 0 are not finite");
}

TEST(ExplainCommand, GuessesWhatWasMeant) {
  const TemporaryFolder folder;
  folder.file("b.csv", "x,y\n");
  expect_refused(
      folder.str(), "explain b.csv",
      "\"b.csv\" is no model: that is a .safetensors file, or a folder with model.safetensors; a table of "
      "samples stands behind its model");
  expect_refused(folder.str(), "explain modl/wine",
                 "cannot read \"modl/wine\" at character 1: variable modl has no value: give it with --at "
                 "modl=NUMBER; and no file or folder has that name");
  expect_refused(".", "explain 'ln(x)' --at x=1",
                 "cannot read \"ln(x)\" at character 1: there is no function \"ln\"; did you mean log?");
  for (const char* at : {"2=3", "=3", "x", "x=", "x y=2"})
    expect_refused(".", std::string("explain x --at '") + at + "'",
                   std::string("--at takes NAME=NUMBER, as x=2 or x=2,y=0.5, and got \"") + at + "\"");
}

TEST(ExplainCommand, TakesBlanksAndSigns) {
  const auto value = [](const std::string& arguments) {
    const Ended ended = run_program(".", "explain " + arguments);
    EXPECT_EQ(ended.code, 0) << ended.err;
    return ended.out.substr(0, ended.out.find("\n"));
  };
  EXPECT_EQ(value("x --at ' x = 1'"), "f(x) = x   at x = 1");
  EXPECT_EQ(value("--at x=1 -- --x"), "f(x) = --x   at x = 1");
  EXPECT_EQ(value("--at x=1 -- x"), "f(x) = x   at x = 1");
  EXPECT_EQ(run_program(".", "graph --at x=1 -x").code, 0);
}
