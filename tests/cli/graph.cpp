// hindsight graph.
#include <gtest/gtest.h>

#include "cli/program.hpp"
#include "temporary_folder.hpp"

TEST(GraphCommand, DrawsExpressionsAndModels) {
  const Ended dot = run_program(".", "graph '(3x+1)^2' --at x=2");
  EXPECT_EQ(dot.code, 0) << dot.err;
  EXPECT_NE(dot.out.find("x []\\n= 2\\ngrad 42"), std::string::npos) << dot.out;
  const Ended svg = run_program(".", "graph lesson --as svg");
  EXPECT_EQ(svg.out.substr(0, 5), "<svg ");
  EXPECT_NE(svg.out.find("0.weight [16, 2]"), std::string::npos);
  const Ended json = run_program(".", "graph lesson --backward --as json");
  EXPECT_EQ(json.out.substr(0, 10), "{\"nodes\":[");
}

TEST(GraphCommand, WritesAFile) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), "graph x+1 --at x=1 --as svg --out drawn");
  EXPECT_EQ(ended.out, "wrote drawn/graph.svg\n") << ended.err;
  EXPECT_EQ(folder.content(folder / "drawn/graph.svg").substr(0, 5), "<svg ");
}

TEST(GraphCommand, RefusesInOneLine) {
  const auto refused = [](const std::string& arguments, const std::string& line) {
    const Ended ended = run_program(".", arguments);
    EXPECT_EQ(ended.code, 2) << arguments;
    EXPECT_EQ(ended.err, "hindsight: " + line + "\n");
  };
  refused("graph x+1 t.csv --at x=1",
          "\"x+1\" is read as an expression, which takes no data: t.csv is too much");
  refused("graph x+1",
          "cannot read \"x+1\" at character 1: variable x has no value: give it with --at x=NUMBER");
  refused(
      "graph x+1 --at x=1 --as png",
      "--as: \"png\" is no form of a drawing; there are dot, svg, html and json ('hindsight graph --help' "
      "shows what "
      "there is)");
  refused("graph lesson --at x=1",
          "--at gives variables of an expression, and a model has none; leave it out");
  refused("graph x --at x=1,y=2", "--at gives y, which does not occur in \"x\"");
  refused("graph x+1 --at x", "--at takes NAME=NUMBER, as x=2 or x=2,y=0.5, and got \"x\"");
}
