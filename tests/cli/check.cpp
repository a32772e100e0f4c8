#include <gtest/gtest.h>

#include "base/json.hpp"
#include "cli/program.hpp"
#include "temporary_folder.hpp"

namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST(CheckCommand, HoldsTheLessonsGradientsAgainstNumbersAndDrawsThem) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), "check lesson --out maps");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_TRUE(holds(ended.out, "0.weight [16, 2]: ")) << ended.out;
  EXPECT_TRUE(holds(ended.out, "of 65 derivatives equal, none wrong")) << ended.out;
  EXPECT_TRUE(holds(ended.out, "kink at 0.bias[")) << "the two points at (0, 0)";
  EXPECT_TRUE(holds(ended.out, "wrote maps/gradcheck.svg\n"));
  const std::string svg = TemporaryFolder::content(folder / "maps/gradcheck.svg");
  EXPECT_TRUE(holds(svg, "<title>0.weight[15, 1]: backprop "));
}

TEST(CheckCommand, ChecksWhatTrainSaved) {
  const TemporaryFolder folder;
  const std::string wine = HINDSIGHT_TEST_DATA "/samples/wine.csv";
  ASSERT_EQ(
      run_program(folder.str(), "train " + wine + " --target cultivar --epochs 2 --quiet --out out").code, 0);
  const Ended ended = run_program(folder.str(), "check out " + wine + " --rows 20 --elements 8 --json");
  EXPECT_EQ(ended.code, 0) << ended.err;
  const auto json = hindsight::parse_json(ended.out, "stdout");
  EXPECT_EQ(json["passed"], true);
  EXPECT_EQ(json["parameters"][0]["elements"].size(), 8U);
}

TEST(CheckCommand, NeedsSamples) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), "check model.safetensors");
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.err,
            "hindsight: a gradient needs samples: give the CSV file that holds them after the model\n");
}

TEST(ExplainCommand, ShowsStepsAndTheCurveOfAnExpression) {
  const TemporaryFolder folder;
  const Ended steps = run_program(folder.str(), "explain '(3x+1)^2' --at x=2 --steps");
  EXPECT_EQ(steps.code, 0) << steps.err;
  EXPECT_TRUE(holds(steps.out, "Step 1, forward: x is given, 2\n")) << steps.out;
  const Ended curve = run_program(folder.str(), "explain 'exp(x)' --at x=1 --curve");
  EXPECT_TRUE(holds(curve.out, "  h = 5.0e-01  error 1.1e-01  ####")) << curve.out;
  const Ended drawn = run_program(folder.str(), "explain 'exp(x)' --at x=1 --out drawn");
  EXPECT_TRUE(holds(drawn.out, "\nwrote drawn/curve.svg\n")) << drawn.err;
  EXPECT_TRUE(holds(folder.content(folder / "drawn/curve.svg"), ">by x</text>"));
  const Ended model = run_program(folder.str(), "explain lesson --steps");
  EXPECT_EQ(model.code, 2);
  EXPECT_EQ(model.err, "hindsight: --steps is for expressions, and lesson is a model\n");
}
