// hindsight demo, as somebody runs it, against the lesson's NumPy run.
#include <cmath>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "cli/program.hpp"
#include "temporary_folder.hpp"
#include "tolerances.hpp"

using hindsight::Json;

namespace {

const Json& reference() {
  static const Json json = hindsight::parse_json(
      TemporaryFolder::content(HINDSIGHT_SOURCE "/tests/examples/reference/spirals_seed42.json"),
      "the reference");
  return json;
}

/// The whole lesson as data; one run serves all tests of this process.
Json lesson() {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), "demo --json --out pictures");
  EXPECT_EQ(ended.code, 0) << ended.err;
  return hindsight::parse_json(ended.out, "the output");
}

}  // namespace

TEST(Demo, IsTheLessonInNumbers) {
  const Json report = lesson();
  const Json& want = reference()["losses_every_iteration"];
  ASSERT_EQ(report["losses"].size(), 5000U);
  for (std::size_t i = 0; i < 5000; ++i)
    ASSERT_NEAR(report["losses"][i].get<double>(), want[i].get<double>(),
                tolerance::lesson_losses * want[i].get<double>())
        << i;

  for (const char* way : {"by autograd", "compiled"}) {
    EXPECT_LE(report["agreement"][way]["first_gradients"].get<double>(), tolerance::lesson_first_gradients)
        << way;
    EXPECT_LE(report["agreement"][way]["final_weights"].get<double>(), tolerance::lesson_final_weights)
        << way;
  }
  EXPECT_EQ(report["ceiling"]["correct"], 199);

  for (const char* when : {"initial", "final"}) {
    const Json& entries = report["check"][when];
    ASSERT_EQ(entries.size(), 65U);
    for (const Json& entry : entries) {
      EXPECT_NE(entry["verdict"], "wrong") << entry;
      if (entry["verdict"] == "equal") {
        EXPECT_LE(entry["difference"].get<double>(), tolerance::lesson_difference) << entry;
      }
    }
  }
  // At the start only the biases bend, at the two points at the origin, sample 0 of each class.
  for (const Json& entry : report["check"]["initial"]) {
    const bool is_hidden_bias = entry["name"].get<std::string>().rfind("0.bias", 0) == 0;
    EXPECT_EQ(entry["verdict"] == "kink", is_hidden_bias) << entry;
    if (!is_hidden_bias) continue;
    ASSERT_EQ(entry["kinks"].size(), 2U);
    EXPECT_EQ(entry["kinks"][0]["sample"], 0);
    EXPECT_EQ(entry["kinks"][1]["sample"], 100);
  }

  // The initialiser's spread: most learn, and some stay near 0.93.
  std::size_t learned = 0, stuck = 0;
  for (const Json& seed : report["initialisers"]) {
    learned += seed["accuracy"].get<double>() >= 0.985;
    stuck += seed["accuracy"].get<double>() < 0.95;
  }
  EXPECT_GE(learned, 14U);
  EXPECT_GE(stuck, 1U);
}

TEST(Demo, PrintsTheReferencesLogAndSaysWhatIsPossible) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), "demo");
  ASSERT_EQ(ended.code, 0) << ended.err;
  for (const Json& line : reference()["log"]) {
    char text[64];
    std::snprintf(text, sizeof text, "Iter %5d: loss=%.4f, acc=%.3f\n", line["iteration"].get<int>(),
                  line["loss"].get<double>(), line["accuracy"].get<double>());
    EXPECT_NE(ended.out.find(text), std::string::npos) << text;
  }
  EXPECT_NE(ended.out.find("199 of 200 is the best that any function can do"), std::string::npos);
  EXPECT_NE(ended.out.find("W1[0,0]: backprop -0.000184, numerical -0.000184"), std::string::npos);
  EXPECT_NE(ended.out.find("Logistic regression fails: 0.705, against 0.995"), std::string::npos);
#ifdef HINDSIGHT_HAS_FIGURE
  for (const char* picture : {"lesson", "loss", "boundary", "why_depth"})
    for (const char* ending : {".png", ".svg"})
      EXPECT_GT(std::filesystem::file_size(folder / (std::string("hindsight-demo/") + picture + ending)),
                5000U);
#endif
}

TEST(Demo, GoesDeeperAndToMoreClasses) {
  const TemporaryFolder folder;
  const Ended ended =
      run_program(folder.str(), "demo --json --classes 3 --points 20 --hidden 8,6 --iterations 30 --seed 7");
  ASSERT_EQ(ended.code, 0) << ended.err;
  const Json report = hindsight::parse_json(ended.out, "the output");
  EXPECT_EQ(report["losses"].size(), 30U);
  EXPECT_LE(report["agreement"]["by autograd"]["final_weights"].get<double>(),
            tolerance::lesson_final_weights);
  EXPECT_LE(report["agreement"]["compiled"]["final_weights"].get<double>(), tolerance::lesson_final_weights);
}

TEST(Demo, WithoutAHiddenLayerIsLogisticRegression) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), "demo --hidden 0 --iterations 20");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("By hand: 2 -> 1 sigmoid"), std::string::npos) << ended.out;
}

TEST(Demo, SaysThatTrainingWentAstray) {
  const TemporaryFolder folder;
  const Ended astray = run_program(folder.str(), "demo --lr 1e300 --iterations 20 --quiet");
  EXPECT_EQ(astray.code, 2);
  EXPECT_EQ(astray.err.rfind("hindsight: training went astray at ", 0), 0U) << astray.err;
  EXPECT_NE(astray.err.find(" is no longer finite; lower --lr\n"), std::string::npos) << astray.err;
  EXPECT_EQ(folder.names(), std::vector<std::string>{}) << "no picture of a failure";
}

TEST(Demo, TakesSaturationForWhatItIs) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), "demo --lr 100 --iterations 200");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.err.find("cannot be checked, as a unit is saturated: training went astray; lower --lr\n"),
            std::string::npos)
      << ended.err;
  EXPECT_EQ(ended.out.find("1 wrong"), std::string::npos) << ended.out;
}

TEST(Demo, RefusesAnOutputFolderThatCannotBeWrittenBeforeItStarts) {
  const TemporaryFolder folder;
  folder.file("file", "");
  const Ended file = run_program(folder.str(), "demo --out file/deeper");
  EXPECT_EQ(file.code, 2);
  EXPECT_EQ(file.out, "");
  EXPECT_EQ(file.err, "hindsight: cannot write into \"file/deeper\": \"file\" is a file; name a folder\n");
#ifdef HINDSIGHT_HAS_FIGURE
  std::filesystem::create_directories(folder / "out/loss.png");  // in the way
  const Ended taken = run_program(folder.str(), "demo --out out");
  EXPECT_EQ(taken.code, 2);
  EXPECT_EQ(taken.out, "");
  EXPECT_EQ(taken.err, "hindsight: cannot write into \"out\": \"out/loss.png\" is a folder; remove it\n");
#endif
}

TEST(Demo, IsSilentWhenQuiet) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), "--quiet demo --iterations 5");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out + ended.err, "");
}

TEST(Explain, ShowsTheChainRule) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), "explain '(3x+1)^2' --at x=2");
  EXPECT_EQ(ended.code, 0);
  EXPECT_NE(ended.out.find("  f = 49\n"), std::string::npos);
  EXPECT_NE(ended.out.find("  du3/du2 * du2/du1 * du1/dx = 14 * 1 * 3 = 42\n"), std::string::npos)
      << ended.out;
}

TEST(Explain, TakesALeadingMinus) {
  const TemporaryFolder folder;
  for (const char* arguments :
       {"explain -x^2 --at x=3", "explain --at x=3 -- -x^2", "explain --at x=3 -x^2"}) {
    const Ended ended = run_program(folder.str(), arguments);
    EXPECT_EQ(ended.code, 0) << arguments << ended.err;
    EXPECT_NE(ended.out.find("  f = -9\n"), std::string::npos) << arguments << ended.out;
  }
}

TEST(Explain, GivesDataAsJson) {
  const TemporaryFolder folder;
  const Json json =
      hindsight::parse_json(run_program(folder.str(), "explain 'x*y' --at x=2,y=3 --json").out, "the output");
  EXPECT_EQ(json["value"], 6.0);
  EXPECT_EQ(json["derivatives"]["x"]["value"], 3.0);
  EXPECT_EQ(json["derivatives"]["y"]["value"], 2.0);
}

TEST(Explain, RefusesWhatItCannotReadInOneLine) {
  const TemporaryFolder folder;
  const auto expect_refused = [&](const std::string& arguments, const std::string& line) {
    const Ended ended = run_program(folder.str(), arguments);
    EXPECT_EQ(ended.code, 2) << arguments;
    EXPECT_EQ(ended.err, "hindsight: " + line + "\n");
    EXPECT_EQ(ended.out, "");
  };
  expect_refused("explain '(3x+1' --at x=2",
                 "cannot read \"(3x+1\" at character 6: a closing bracket is missing");
  expect_refused("explain 'x' --at x", "--at takes NAME=NUMBER, as x=2 or x=2,y=0.5, and got \"x\"");
  expect_refused("explain 'x' --at x=2 --at x=3", "--at gives x twice");
  expect_refused("explain x --at x=1,z=2", "--at gives z, which does not occur in \"x\"");
  expect_refused("explain 'x' --at x=nan", "variable x must be a finite number, and is nan");
  expect_refused("explain 'x+y' --at x=1",
                 "cannot read \"x+y\" at character 3: variable y has no value: give it with --at y=NUMBER");
}
