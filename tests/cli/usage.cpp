#include <gtest/gtest.h>

#include "cli/program.hpp"
#include "temporary_folder.hpp"

namespace {

/// The arguments end in exit code 2, nothing on stdout, and this one line on stderr.
void expect_refused(const std::string& arguments, const std::string& line) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), arguments);
  EXPECT_EQ(ended.code, 2) << arguments;
  EXPECT_EQ(ended.out, "") << arguments;
  EXPECT_EQ(ended.err, "hindsight: " + line + "\n") << arguments;
}

const std::string general = " ('hindsight --help' shows what there is)";
const std::string of_train = " ('hindsight train --help' shows what there is)";

}  // namespace

TEST(Usage, ShowsHelpWithAnExampleOnEveryLevel) {
  const TemporaryFolder folder;
  for (const char* level : {"", "demo ", "explain ", "train "}) {
    const Ended ended = run_program(folder.str(), std::string(level) + "--help");
    EXPECT_EQ(ended.code, 0) << level;
    EXPECT_NE(ended.out.find("Usage: hindsight " + std::string(level)), std::string::npos) << ended.out;
    EXPECT_NE(ended.out.find("Example:\n  hindsight " + std::string(level)), std::string::npos) << ended.out;
    EXPECT_EQ(ended.err, "");
  }
}

TEST(Usage, ShowsItsVersion) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), "--version");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out.rfind("hindsight 0.", 0), 0U) << ended.out;
}

TEST(Usage, RefusesWhatItDoesNotKnow) {
  expect_refused("", "a command is required" + general);
  expect_refused("trian", "there is no command \"trian\"" + general);
  expect_refused("--frobnicate", "there is no option \"--frobnicate\"" + general);
  expect_refused("--epochs 3 train", "the option --epochs belongs behind the command train" + of_train);
  const std::string train = "train t.csv --target y --out o ";
  expect_refused(train + "more", "the argument \"more\" is not expected" + of_train);
  expect_refused(train + "--epoch 3",
                 "there is no option \"--epoch\"; did you mean \"--epochs\"?" + of_train);
  expect_refused(train + "--epoch=3",
                 "there is no option \"--epoch\"; did you mean \"--epochs\"?" + of_train);
  expect_refused(train + "-z", "there is no option \"-z\"" + of_train);
  expect_refused(train + "--lr", "--lr needs a value" + of_train);
  expect_refused(train + "--lr 1 --lr 2", "--lr is given more than once" + of_train);
}

TEST(Usage, RefusesWhatIsMissing) {
  expect_refused("train", "FILE is required" + of_train);
  expect_refused("train t.csv --out o", "--target is required" + of_train);
  expect_refused("train t.csv --target y", "--out is required" + of_train);
}

TEST(Usage, RefusesValuesOutOfTheirDomain) {
  const std::string train = "train t.csv --target y --out o ";
  const std::string width =
      " is not the width of a layer; give whole numbers from 1 to 1000000, such as 16,16" + of_train;
  expect_refused(train + "--model 16,x", "--model: \"x\"" + width);
  expect_refused(train + "--model 16,,16", "--model: \"\"" + width);
  expect_refused(train + "--model 16,0", "--model: \"0\"" + width);
  expect_refused(train + "--model -3", "--model: \"-3\"" + width);
  for (const char* value : {"0", "-1", "1.5", "many", "1e3", "99999999999999999999"}) {
    const std::string text = value;
    expect_refused(train + "--epochs " + text,
                   "--epochs: \"" + text + "\" is not a whole number of at least 1" + of_train);
    expect_refused(train + "--batch " + text,
                   "--batch: \"" + text + "\" is not a whole number of at least 1" + of_train);
  }
  for (const char* value : {"0", "-1", "nan", "inf", "fast"}) {
    const std::string text = value;
    expect_refused(train + "--lr " + text, "--lr: \"" + text + "\" is not a number above 0" + of_train);
  }
  for (const char* value : {"1", "1.5", "-0.1", "nan", "half"}) {
    const std::string text = value;
    expect_refused(train + "--validation " + text,
                   "--validation: \"" + text + "\" is not a number of at least 0 and less than 1" + of_train);
  }
  for (const char* value : {"-1", "4294967296", "x"}) {
    const std::string text = value;
    expect_refused(train + "--seed " + text,
                   "--seed: \"" + text + "\" is not a whole number from 0 to 4294967295" + of_train);
  }
}

TEST(Usage, RefusesValuesOutOfTheLessonsDomain) {
  const std::string of_demo = " ('hindsight demo --help' shows what there is)";
  for (const char* value : {"0", "-1", "nan", "inf"}) {
    const std::string text = value;
    expect_refused("demo --lr " + text, "--lr: \"" + text + "\" is not a number above 0" + of_demo);
  }
  const std::string width =
      " is not the width of a layer; give whole numbers from 1 to 1000000, such as 16,16" + of_demo;
  expect_refused("demo --hidden x", "--hidden: \"x\"" + width);
  expect_refused("demo --hidden 16,0", "--hidden: \"0\"" + width);
  expect_refused("demo --hidden 0,5", "--hidden: \"0\"" + width);
  expect_refused("demo --hidden 16,", "--hidden: \"\"" + width);
  expect_refused("demo --hidden 16,,8", "--hidden: \"\"" + width);
  expect_refused("demo --seed -1", "--seed: \"-1\" is not a whole number from 0 to 4294967295" + of_demo);
  expect_refused("demo --iterations 0",
                 "--iterations: \"0\" is not a whole number from 1 to 1000000" + of_demo);
  expect_refused("demo --points 0", "--points: \"0\" is not a whole number from 1 to 100000" + of_demo);
  expect_refused("demo --classes 1", "--classes: \"1\" is not a whole number from 2 to 10" + of_demo);
}

TEST(Usage, FailsWhenItsOutputIsLost) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), "--help >/dev/full");
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(ended.err, "hindsight: cannot write to the standard output: No space left on device\n");
}
