#include <sstream>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <hindsight/data/safetensors.hpp>

#include "base/json.hpp"
#include "cli/program.hpp"
#include "temporary_folder.hpp"
#include "tolerances.hpp"

using Names = std::vector<std::string>;

namespace {

const std::string wine = HINDSIGHT_TEST_DATA "/samples/wine.csv";
const std::string train_wine = "train " + wine + " --target cultivar --out out ";

#ifdef HINDSIGHT_HAS_FIGURE
const Names all_files{"out", "out/log.csv", "out/loss.svg", "out/model.safetensors"};
#else
const Names all_files{"out", "out/log.csv", "out/model.safetensors"};
#endif

/// Six rows that can be learned from.
const std::string table = "a,b,y\n1,2,p\n1.5,3,q\n2,3,p\n2,3.5,q\n5,1,p\n5,6,q\n";

/// Training on a file with this content ends in exit code 2, this one line, and no trace.
void expect_refused(const std::string& content, const std::string& line) {
  const TemporaryFolder folder;
  folder.file("t.csv", content);
  const Ended ended = run_program(folder.str(), "train t.csv --target y --out out");
  EXPECT_EQ(ended.code, 2) << content;
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(ended.err, "hindsight: " + line + "\n");
  EXPECT_EQ(folder.names(), Names{"t.csv"});
}

struct Written {
  std::string model, log;
};

/// Four epochs on the wines, written into `out`.
Written train_on_wine(const TemporaryFolder& folder, const std::string& out, const std::string& arguments) {
  const Ended ended = run_program(
      folder.str(), "train " + wine + " --target cultivar --quiet --epochs 4 --out " + out + arguments);
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out + ended.err, "");
  return {TemporaryFolder::content(folder / (out + "/model.safetensors")),
          TemporaryFolder::content(folder / (out + "/log.csv"))};
}

/// The numbers of a CSV text, without its header.
std::vector<double> numbers(const std::string& csv) {
  std::vector<double> all;
  std::istringstream cells(csv.substr(csv.find('\n') + 1));
  for (double number = 0; cells >> number; cells.get()) all.push_back(number);
  return all;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST(Train, WritesAModelALogAndAPicture) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), train_wine + "--epochs 3");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(folder.names(), all_files);
  EXPECT_TRUE(
      holds(ended.out, "wine.csv: 178 rows, 13 features, 3 classes of \"cultivar\": \"1\", \"2\", \"3\"\n"));
  EXPECT_TRUE(holds(ended.out, "on 36 rows held out"));
  EXPECT_TRUE(holds(ended.out, "always saying \"2\" reaches 0.389"));
  EXPECT_TRUE(holds(ended.out, "\nwrote out/model.safetensors\nwrote out/log.csv\n"));
  EXPECT_FALSE(holds(ended.out + ended.err, "\x1b"))
      << "no colours and no progress where there is no terminal";

  const std::string log = TemporaryFolder::content(folder / "out/log.csv");
  EXPECT_EQ(log.rfind("epoch,train_loss,validation_loss,validation_accuracy\n1,", 0), 0U) << log;
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 4);
}

TEST(Train, SummarisesAsJson) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), train_wine + "--epochs 40 --json");
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(std::count(ended.out.begin(), ended.out.end(), '\n'), 1);
  const auto summary = hindsight::parse_json(ended.out, "the output");
  EXPECT_EQ(summary.at("rows"), 178);
  EXPECT_EQ(summary.at("training_rows"), 142);
  EXPECT_EQ(summary.at("validation_rows"), 36);
  EXPECT_EQ(summary.at("classes"), (Names{"1", "2", "3"}));
  EXPECT_EQ(summary.at("epochs"), 40);
  EXPECT_GT(summary.at("validation_accuracy").get<double>(), 0.9);
  EXPECT_NEAR(summary.at("majority_accuracy").get<double>(), 14.0 / 36, 1e-15);
  EXPECT_EQ(summary.at("files").at(0), "out/model.safetensors");
}

TEST(Train, GivesTheSameFilesForTheSameSeedAndOthersForAnother) {
  const TemporaryFolder folder;
  for (const std::string eager : {"", " --eager"}) {
    const Written once = train_on_wine(folder, "once", eager), again = train_on_wine(folder, "again", eager);
    EXPECT_GT(once.model.size(), 1000U);
    EXPECT_EQ(once.model, again.model);
    EXPECT_EQ(once.log, again.log);
    EXPECT_NE(once.model, train_on_wine(folder, "another", eager + " --seed 1").model);
  }
}

// A plan adds in another order, so the numbers differ in their last places.
TEST(Train, GivesTheNumbersOfEagerWhenCompiled) {
  const TemporaryFolder folder;
  const Written compiled = train_on_wine(folder, "compiled", ""),
                eager = train_on_wine(folder, "eager", " --eager");
  const auto got = hindsight::data::parse_safetensors(compiled.model, "compiled"),
             want = hindsight::data::parse_safetensors(eager.model, "eager");
  EXPECT_EQ(got.metadata, want.metadata);
  ASSERT_EQ(got.tensors.size(), want.tensors.size());
  for (const auto& [name, value] : want.tensors)
    for (std::int64_t i = 0; i < value.elements(); ++i)
      EXPECT_NEAR(got.tensors.at(name).array().at(i), value.array().at(i), tolerance::compiled_epochs_float32)
          << name << ", element " << i;
  const std::vector<double> losses = numbers(compiled.log), expected = numbers(eager.log);
  ASSERT_EQ(losses.size(), 4 * 4U);
  ASSERT_EQ(expected.size(), losses.size());
  for (std::size_t i = 0; i < losses.size(); ++i)
    EXPECT_NEAR(losses[i], expected[i], tolerance::compiled_epochs_float32) << i;
}

TEST(Train, SaysWhenNothingWasHeldOut) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), train_wine + "--epochs 2 --validation 0");
  EXPECT_TRUE(holds(
      ended.out, "no rows were held out (--validation 0), so nothing is known of how it does on new ones\n"));
  const std::string log = TemporaryFolder::content(folder / "out/log.csv");
  EXPECT_EQ(log.substr(log.size() - 3), ",,\n");
  const Ended json = run_program(folder.str(), train_wine + "--epochs 2 --validation 0 --json");
  EXPECT_TRUE(hindsight::parse_json(json.out, "the output").at("validation_accuracy").is_null());
}

TEST(Train, SaysThatAColumnNeverVaries) {
  const TemporaryFolder folder;
  folder.file("t.csv", "a,c,y\n1,7,p\n1.5,7,q\n2,7,p\n2,7,q\n5,7,p\n6,7,q\n");
  const Ended ended = run_program(folder.str(), "train t.csv --target y --out out --epochs 1");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.err, "hindsight: note: column \"c\" never varies in the training rows, and is left at 0\n");
}

TEST(Train, SaysOnOneLineThatManyColumnsNeverVary) {
  const TemporaryFolder folder;
  folder.file("t.csv", "a,c1,c2,c3,c4,c5,c6,c7,y\n1,0,0,0,0,0,0,0,p\n2,0,0,0,0,0,0,0,q\n");
  const Ended ended = run_program(folder.str(), "train t.csv --target y --out out --epochs 1 --validation 0");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.err,
            "hindsight: note: columns \"c1\", \"c2\", \"c3\", \"c4\", \"c5\" and 2 more never vary in the "
            "training rows, and are left at 0\n");
}

TEST(Train, ShowsAClassNameOfTwoLinesOnOne) {
  const TemporaryFolder folder;
  folder.file("t.csv", "a,y\n1,\"p\nq\"\n2,r\n");
  const Ended ended = run_program(folder.str(), "train t.csv --target y --out out --epochs 1 --validation 0");
  EXPECT_TRUE(holds(ended.out, "t.csv: 2 rows, 1 feature, 2 classes of \"y\": \"p q\", \"r\"\n"))
      << ended.out;
}

TEST(Train, ReadsNoEndlessFile) {
  const TemporaryFolder folder;
  const Ended device = run_program(folder.str(), "train /dev/zero --target y --out out");
  EXPECT_EQ(device.code, 2);
  EXPECT_EQ(device.err,
            "hindsight: cannot read \"/dev/zero\": it is a device or a socket, which may have no end; name a "
            "file\n");
}

TEST(Train, TakesTextsNumbersAndSemicolons) {
  const TemporaryFolder folder;
  folder.file("t.csv",
              "\xEF\xBB\xBF"
              "id;a;y\r\nx;1;\"no; never\"\r\ny;2;yes\r\nz;1.5;\"no; never\"\r\nw;3;yes");
  const Ended ended = run_program(
      folder.str(), "train t.csv --target y --ignore id --out out --epochs 1 --validation 0.5 --json");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(hindsight::parse_json(ended.out, "the output").at("classes"), (Names{"no; never", "yes"}));
}

TEST(Train, MakesFoldersAndReplacesFilesOfARunBefore) {
  const TemporaryFolder folder;
  folder.file("t.csv", table);
  for (int i = 0; i < 2; ++i) {
    const Ended ended = run_program(folder.str(), "train t.csv --target y --epochs 1 --out a/b/ --quiet");
    EXPECT_EQ(ended.code, 0) << ended.err;
  }
  EXPECT_EQ(folder.names().size(), 2 + all_files.size());
}

TEST(Train, RefusesBadTablesInOneLineAndLeavesNothing) {
  const std::string leave = "; correct the cell, remove the line, or leave the column out";
  expect_refused("", "t.csv is empty; it needs a header line with the names of the columns, and rows");
  expect_refused("a,y\n", "t.csv has a header and no rows; add rows below it");
  expect_refused("a,y\n1,p\n2\n",
                 "t.csv, line 3: the row has 1 cell, and the header has 2; correct the line");
  expect_refused("a,y\n1,p\nx,q\n", "t.csv, line 3, column \"a\": \"x\" is not a number" + leave);
  expect_refused("a,y\n1,p\n,q\n",
                 "t.csv, line 3, column \"a\": the cell is empty; fill it in, or remove the line");
  expect_refused(
      "a,y\n1,p\nNaN,q\n",
      "t.csv, line 3, column \"a\": \"NaN\" is not a finite number; fill it in, or remove the line");
  expect_refused(
      "a,y\n1,p\n1e300,q\n",
      "t.csv, line 3, column \"a\": \"1e300\" is too large to be scaled; correct the cell, divide the "
      "column, or leave it out");
  expect_refused("a,Y\n1,p\n", "t.csv has no column \"y\"; did you mean \"Y\"?");
  expect_refused("a,a,y\n1,2,p\n", "t.csv, line 1: two columns are called \"a\"; rename one");
  expect_refused("a,y\n1,p\n2,p\n",
                 "t.csv, column \"y\": all 2 rows have the class \"p\"; there is nothing to tell apart, so "
                 "choose another "
                 "target");
  expect_refused("a,y\n1,0.5\n2,0.7\n3,0.9\n",
                 "t.csv, column \"y\": 3 different values in 3 rows are too many to be classes; choose a "
                 "target with few "
                 "values, or group them");
  expect_refused(
      std::string("\x7F"
                  "ELF\x02\x01\x01\0\0",
                  9),
      "t.csv, line 1: byte 0x02 is no text, so this is not a CSV file; export the data as CSV in UTF-8");
}

TEST(Train, RefusesTooFewRowsToHoldSomeOut) {
  const TemporaryFolder folder;
  folder.file("t.csv", "a,y\n1,p\n2,q\n");
  const Ended ended = run_program(folder.str(), "train t.csv --target y --out out --quiet");
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.err,
            "hindsight: a validation share of 0.2 of 2 rows in 2 classes holds out none; take a larger "
            "share, or 0\n");
  EXPECT_EQ(folder.names(), Names{"t.csv"});
}

TEST(Train, RefusesFilesThatCannotBeRead) {
  const TemporaryFolder folder;
  const Ended none = run_program(folder.str(), "train none.csv --target y --out out");
  EXPECT_EQ(none.code, 2);
  EXPECT_EQ(none.err, "hindsight: cannot read \"none.csv\": No such file or directory; check the path\n");
  const Ended itself = run_program(folder.str(), "train . --target y --out out");
  EXPECT_EQ(itself.code, 2);
  EXPECT_EQ(itself.err, "hindsight: cannot read \".\": Is a directory; name a file in it\n");
  EXPECT_EQ(folder.names(), Names{});
}

TEST(Train, RefusesAnOutputFolderThatCannotBeWrittenBeforeItTrains) {
  const TemporaryFolder folder;
  folder.file("t.csv", table);
  const auto refused = [&](const std::string& out, const std::string& line) {
    const Ended ended = run_program(folder.str(), "train t.csv --target y --out " + out);
    EXPECT_EQ(ended.code, 2);
    EXPECT_EQ(ended.out, "");
    EXPECT_EQ(ended.err, "hindsight: " + line + "\n");
  };
  refused("t.csv", "cannot write into \"t.csv\": \"t.csv\" is a file; name a folder");
  refused("t.csv/deeper", "cannot write into \"t.csv/deeper\": \"t.csv\" is a file; name a folder");
  if (::geteuid() != 0) {  // root may write everywhere
    std::filesystem::create_directory(folder / "locked");
    ::chmod((folder / "locked").c_str(), 0500);
    refused("locked/out", "cannot write into \"locked/out\": Permission denied (\"locked\")");
  }
}

TEST(Train, RefusesAFolderInAFilesPlaceBeforeItTrains) {
  const TemporaryFolder folder;
  folder.file("t.csv", table);
  std::filesystem::create_directories(folder / "out/log.csv");  // in the way
  const Ended ended = run_program(folder.str(), "train t.csv --target y --out out --epochs 1000000000");
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(ended.err, "hindsight: cannot write into \"out\": \"out/log.csv\" is a folder; remove it\n");
  EXPECT_EQ(folder.names(), (Names{"out", "out/log.csv", "t.csv"}));
}

TEST(Train, StopsWithoutATraceWhenItGoesAstray) {
  const TemporaryFolder folder;
  folder.file("t.csv", table);
  const Ended ended = run_program(folder.str(), "train t.csv --target y --out out --lr 1e30 --quiet");
  EXPECT_EQ(ended.code, 2);
  EXPECT_TRUE(holds(ended.err, "the loss is no longer finite; lower the learning rate\n")) << ended.err;
  EXPECT_EQ(folder.names(), Names{"t.csv"});
}

TEST(Train, ShowsProgressAndColoursOnATerminal) {
  const TemporaryFolder folder;
  const Ended ended = run_in_terminal(folder.str(), train_wine + "--epochs 300");
  EXPECT_EQ(ended.code, 0) << ended.out;
  EXPECT_TRUE(holds(ended.out, "\repoch ")) << ended.out;
  EXPECT_TRUE(holds(ended.out, "\r\x1b[K")) << "the line is removed at the end";
  EXPECT_TRUE(holds(ended.out, "\x1b[32m"));
  const Ended plain = run_in_terminal(folder.str(), train_wine + "--epochs 300", "NO_COLOR=1");
  EXPECT_FALSE(holds(plain.out, "\x1b[32m"));
  EXPECT_TRUE(holds(plain.out, "\repoch "));
  const Ended dumb = run_in_terminal(folder.str(), train_wine + "--epochs 300", "TERM=dumb");
  EXPECT_FALSE(holds(dumb.out, "\x1b"));
  const Ended quiet = run_in_terminal(folder.str(), train_wine + "--epochs 300 --quiet");
  EXPECT_EQ(quiet.out, "");
}

TEST(Train, LeavesNothingAfterCtrlC) {
  const TemporaryFolder folder;
  const Ended ended = run_in_terminal(folder.str(), train_wine + "--epochs 1000000", {}, "\repoch ");
  EXPECT_EQ(ended.code, 128 + 2);
  EXPECT_EQ(folder.names(), Names{});
}

TEST(Train, AuditsCompiledStepsOnRequest) {
  const TemporaryFolder folder;
  const Ended ended = run_program(folder.str(), train_wine + "--epochs 4 --json --audit 1/7");
  EXPECT_EQ(ended.code, 0) << ended.err;
  const auto result = hindsight::parse_json(ended.out, "the output");
  EXPECT_EQ(result.at("audited_steps"), 3) << "steps 1, 8 and 15 of the 20";
  EXPECT_GT(result.at("audit_largest_difference"), 0) << "float32 against float64";
  EXPECT_LT(result.at("audit_largest_difference"), tolerance::zoo_float32);
}

TEST(Train, RefusesAnAuditThatIsNoShare) {
  const TemporaryFolder folder;
  for (const char* share : {"2/7", "1/0", "1/-3", "7", "1/"}) {
    const Ended ended = run_program(folder.str(), train_wine + "--audit " + share);
    EXPECT_EQ(ended.code, 2);
    EXPECT_EQ(ended.err, std::string("hindsight: --audit: \"") + share +
                             "\" is not one in so many, such as 1/1000 ('hindsight train --help' shows what "
                             "there is)\n");
  }
}
