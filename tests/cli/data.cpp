#include <gtest/gtest.h>

#include "base/json.hpp"
#include "cli/program.hpp"
#include "temporary_folder.hpp"

namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST(DataCommand, FindsTheCeilingOfTheLesson) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), "data lesson");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_TRUE(holds(ended.out, "  sample 0, sample 100: at most 1 of 2 right\n")) << ended.out;
  EXPECT_TRUE(holds(ended.out, "So 199 of 200 is the best"));
}

TEST(DataCommand, NamesTheLinesOfAFile) {
  const TemporaryFolder folder;
  folder.file("t.csv", "a,b,y\n1,2,p\n\n1,2,q\n3,4,p\n3,4,p\n");
  const Ended ended = run_program(folder.str(), "data t.csv --target y");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_TRUE(holds(ended.out, "t.csv: 4 rows, 2 features\n")) << ended.out;
  EXPECT_TRUE(holds(ended.out, "  line 2 (sample 0), line 4 (sample 1): at most 1 of 2 right\n"))
      << ended.out;
  EXPECT_TRUE(holds(ended.out,
                    "Duplicated rows: 1 equal an earlier one in everything; held-out rows must not be "
                    "among them:\n  line 5 (sample 2), line 6 (sample 3)\n"))
      << ended.out;
}

TEST(DataCommand, PrintsJson) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), "data lesson --json --quiet");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(hindsight::parse_json(ended.out, "stdout")["ceiling"]["correct"], 199);
}

TEST(DataCommand, RefusesWhatItCannotRead) {
  const TemporaryFolder folder;
  folder.file("t.csv", "a,y\n1,p\n2,q\n");
  const auto refused = [&](const std::string& arguments, const std::string& line) {
    const Ended ended = run_program(folder.str(), arguments);
    EXPECT_EQ(ended.code, 2);
    EXPECT_EQ(ended.out, "");
    EXPECT_EQ(ended.err, "hindsight: " + line + "\n");
  };
  refused("data t.csv", "--target is missing: which column of t.csv holds the classes?");
  refused("data lesson --target y", "the lesson's data have their own target; leave out --target");
  refused("data lesson --ignore a", "the lesson's data have their own target; leave out --ignore");
}
