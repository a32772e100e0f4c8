#include <gtest/gtest.h>

#include <hindsight/data/csv.hpp>
#include <hindsight/error.hpp>

#include "expect_error.hpp"
#include "temporary_folder.hpp"

using hindsight::FileError;
using hindsight::ValueError;
using hindsight::data::parse_csv;
using hindsight::data::read_csv;
using hindsight::data::Table;
using Texts = std::vector<std::string>;

namespace {

/// All cells, row by row.
Texts cells(const Table& table) {
  Texts all;
  for (std::size_t row = 0; row < table.rows(); ++row)
    for (std::size_t column = 0; column < table.columns().size(); ++column)
      all.emplace_back(table.text(row, column));
  return all;
}

void expect_refused(const std::string& text, const std::string& message) {
  expect_error<FileError>([&] { parse_csv(text, "t.csv"); }, message);
}

}  // namespace

TEST(Csv, ReadsAHeaderAndRows) {
  const Table table = parse_csv("a,b\n1,x\n2,y\n", "t.csv");
  EXPECT_EQ(table.columns(), (Texts{"a", "b"}));
  EXPECT_EQ(table.rows(), 2U);
  EXPECT_EQ(cells(table), (Texts{"1", "x", "2", "y"}));
  EXPECT_EQ(table.column("b"), 1U);
  EXPECT_EQ(table.source(), "t.csv");
}

TEST(Csv, TakesEveryLineEnding) {
  for (const char* text :
       {"a,b\n1,2\n3,4\n", "a,b\n1,2\n3,4", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r\n1,2\r\n3,4", "a,b\r1,2\r3,4\r",
        "\xEF\xBB\xBF"
        "a,b\n1,2\n3,4\n",
        "\n\na,b\n\n1,2\n  \n3,4\n\r\n\n"}) {
    const Table table = parse_csv(text, "t.csv");
    EXPECT_EQ(table.columns(), (Texts{"a", "b"})) << text;
    EXPECT_EQ(cells(table), (Texts{"1", "2", "3", "4"})) << text;
  }
}

// RFC 4180, section 2, rules 5 to 7.
TEST(Csv, UndoesQuotes) {
  const Table table = parse_csv(
      "\"a\",\"b,c\"\n\"say \"\"hi\"\"\",\"two\nlines\"\n\"\",\" kept \"\n\"\"\"\",x\"y\n", "t.csv");
  EXPECT_EQ(table.columns(), (Texts{"a", "b,c"}));
  EXPECT_EQ(cells(table), (Texts{"say \"hi\"", "two\nlines", "", " kept ", "\"", "x\"y"}));
}

TEST(Csv, SkipsBlanksAroundCells) {
  const Table table = parse_csv(" a , \"b\" \n 1.5 ,\t-2\t\n", "t.csv");
  EXPECT_EQ(table.columns(), (Texts{"a", "b"}));
  EXPECT_EQ(table.number(0, 0), 1.5);
  EXPECT_EQ(table.number(0, 1), -2);
}

TEST(Csv, FindsTheDelimiterInTheHeader) {
  EXPECT_EQ(parse_csv("a;b;c\n1;2,5;3\n", "t.csv").columns(), (Texts{"a", "b", "c"}));
  EXPECT_EQ(parse_csv("a\tb\n1\t2\n", "t.csv").columns(), (Texts{"a", "b"}));
  EXPECT_EQ(parse_csv("\n\"a;b;c\",d\n1,2\n", "t.csv").columns(), (Texts{"a;b;c", "d"}));
  EXPECT_EQ(parse_csv("alone\n1\n", "t.csv").columns(), Texts{"alone"});
  EXPECT_EQ(cells(parse_csv("a\tb\n\t2\n", "t.csv")), (Texts{"", "2"}));
}

TEST(Csv, ReadsNumbersToTheLastBit) {
  const Table table =
      parse_csv("a,b,c,d,e\n0.1,+1e-3,-.5,1.7976931348623157e308,9007199254740993\n", "t.csv");
  EXPECT_EQ(table.number(0, 0), 0.1);
  EXPECT_EQ(table.number(0, 1), 0.001);
  EXPECT_EQ(table.number(0, 2), -0.5);
  EXPECT_EQ(table.number(0, 3), 1.7976931348623157e308);
  EXPECT_EQ(table.number(0, 4),
            9007199254740992.0);  // 2⁵³ + 1 lies between two doubles; the even one is taken
}

TEST(Csv, ReadsColumnsOfNumbers) {
  std::string text = "n,name,half,square\n";
  for (int row = 0; row < 1000; ++row)
    text += std::to_string(row) + ",r" + std::to_string(row) + "," + std::to_string(row / 2.0) + ",\"" +
            std::to_string(row * row) + "\"\n";
  const Table table = parse_csv(text, "t.csv");
  const hindsight::Tensor numbers = table.numbers({3, 0, 2});
  ASSERT_EQ(numbers.shape(), (hindsight::Shape{1000, 3}));
  for (std::int64_t row = 0; row < 1000; ++row) {
    const auto n = static_cast<double>(row);
    EXPECT_EQ(numbers.array().at(3 * row), n * n);
    EXPECT_EQ(numbers.array().at(3 * row + 1), n);
    EXPECT_EQ(numbers.array().at(3 * row + 2), n / 2);
  }
  expect_error<FileError>(
      [&] {
        table.numbers({0, 1});
      },
      "t.csv, line 2, column \"name\": \"r0\" is not a number; correct the cell, remove the "
      "line, or leave the column out");
}

TEST(Csv, ReadsWholeNumbersAsExactlyAsOthers) {
  const Table table =
      parse_csv("a,b,c,d,e,f\n007,999999999999999,1000000000000000,9007199254740993,0,\"\"\n", "t.csv");
  EXPECT_EQ(table.number(0, 0), 7);
  EXPECT_EQ(table.number(0, 1), 999999999999999.0);
  EXPECT_EQ(table.number(0, 2), 1e15);
  EXPECT_EQ(table.number(0, 3), 9007199254740992.0);  // halfway, to even
  EXPECT_EQ(table.number(0, 4), 0);
  expect_error<FileError>([&] { static_cast<void>(table.number(0, 5)); },
                          "t.csv, line 2, column \"f\": the cell is empty; fill it in, or remove the line");
}

TEST(Csv, NamesLineAndColumnOfACellThatIsNoNumber) {
  const Table table = parse_csv("a,\"b\nc\"\n\"1\n\",x\n,nan\n-inf,1e999\n\"1,5\",1 2\n0x10,+-1\n", "t.csv");
  const auto refused = [&](std::size_t row, std::size_t column, const std::string& message) {
    expect_error<FileError>([&] { table.number(row, column); }, message);
  };
  const std::string correct = " is not a number; correct the cell, remove the line, or leave the column out";
  refused(0, 1, "t.csv, line 3, column \"b c\": \"x\"" + correct);
  refused(1, 0, "t.csv, line 5, column \"a\": the cell is empty; fill it in, or remove the line");
  refused(1, 1,
          "t.csv, line 5, column \"b c\": \"nan\" is not a finite number; fill it in, or remove the line");
  refused(2, 0,
          "t.csv, line 6, column \"a\": \"-inf\" is not a finite number; fill it in, or remove the line");
  refused(2, 1,
          "t.csv, line 6, column \"b c\": \"1e999\" is not a finite number; fill it in, or remove the line");
  refused(
      3, 0,
      "t.csv, line 7, column \"a\": \"1,5\" is not a number; write it with a decimal point and no commas");
  refused(3, 1, "t.csv, line 7, column \"b c\": \"1 2\"" + correct);
  refused(4, 0, "t.csv, line 8, column \"a\": \"0x10\"" + correct);
  refused(4, 1, "t.csv, line 8, column \"b c\": \"+-1\"" + correct);
}

TEST(Csv, CutsLongCellsInMessagesBetweenLetters) {
  std::string letters, shown;
  for (int i = 0; i < 41; ++i) letters += "é";
  for (int i = 0; i < 40; ++i) shown += "é";
  const Table table = parse_csv("a\n" + letters + "\n", "t.csv");
  expect_error<FileError>(
      [&] { table.number(0, 0); },
      "t.csv, line 2, column \"a\": \"" + shown +
          "…\" is not a number; correct the cell, remove the line, or leave the column out");
}

TEST(Csv, SuggestsTheColumnThatWasMeant) {
  const Table table = parse_csv("alcohol,ash,1,2,3,4,5,6,7,8\n0,0,0,0,0,0,0,0,0,0\n", "t.csv");
  expect_error<ValueError>([&] { table.column("alkohol"); },
                           "t.csv has no column \"alkohol\"; did you mean \"alcohol\"?");
  expect_error<ValueError>(
      [&] { table.column("price"); },
      "t.csv has no column \"price\"; its columns are \"alcohol\", \"ash\", \"1\", \"2\", \"3\", "
      "\"4\", \"5\", \"6\" and 2 more");
}

TEST(Csv, RefusesARaggedRow) {
  expect_refused("a,b\n1,2\n3\n",
                 "t.csv, line 3: the row has 1 cell, and the header has 2; correct the line");
  expect_refused("a,b\n1,2,3\n",
                 "t.csv, line 2: the row has 3 cells, and the header has 2; correct the line");
  expect_refused("a,b\n\"x\n\ny\",2\n\n1,2,\n",
                 "t.csv, line 6: the row has 3 cells, and the header has 2; correct the line");
}

TEST(Csv, RefusesAFileWithoutContent) {
  const std::string empty = "t.csv is empty; it needs a header line with the names of the columns, and rows";
  expect_refused("", empty);
  expect_refused("\xEF\xBB\xBF", empty);
  expect_refused(" \r\n\n", empty);
  expect_refused("a,b\n", "t.csv has a header and no rows; add rows below it");
  expect_refused("a,b", "t.csv has a header and no rows; add rows below it");
}

TEST(Csv, RefusesAHeaderThatCannotTellColumnsApart) {
  expect_refused("\na,b,a\n1,2,3\n", "t.csv, line 2: two columns are called \"a\"; rename one");
  expect_refused(",b\n1,2\n",
                 "t.csv, line 1: column 1 of the header has no name; give it one, or remove the column");
}

TEST(Csv, RefusesAQuoteThatIsNotClosed) {
  expect_refused(
      "a,b\n1,\"2\n3,4\n",
      "t.csv, line 2: a quote is opened here and never closed; close it, or double a quote that is meant");
  expect_refused("a,b\n1,\"2\"3\n",
                 "t.csv, line 2: text follows a closing quote; double a quote that is meant");
}

TEST(Csv, RefusesWhatIsNoText) {
  const auto binary = [](const std::string& byte, int line) {
    return "t.csv, line " + std::to_string(line) + ": byte 0x" + byte +
           " is no text, so this is not a CSV file; export the data as CSV in UTF-8";
  };
  expect_refused(std::string("a,b\n1,\0\n", 8), binary("00", 2));
  expect_refused(std::string("\x89PNG\r\n\x1A\n", 8), binary("89", 1));
  expect_refused("a,b\n1,2\n3,\x1B[0m\n", binary("1B", 3));
  expect_refused("caf\xE9,b\n1,2\n", "t.csv, line 1: byte 0xE9 is not UTF-8; save the file as UTF-8");
  expect_refused("PK\x03\x04rest",
                 "t.csv is not a CSV text: it is a zip file or a spreadsheet: export it as CSV");
  expect_refused("\x1F\x8B\x08", "t.csv is not a CSV text: it is compressed with gzip: unpack it first");
  expect_refused(std::string("\xFF\xFE"
                             "a\0",
                             4),
                 "t.csv is not a CSV text: it is UTF-16: save it as UTF-8");
}

// The Unicode Standard 15.0, table 3-7: the first and last sequences of each row, and their neighbours
// outside.
TEST(Csv, KnowsUtf8) {
  for (const char* letter : {"\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                             "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    EXPECT_EQ(parse_csv(std::string("a\n") + letter + "\n", "t.csv").text(0, 0), letter);
  for (const char* flaw : {"\x80", "\xC1\xBF", "\xC2", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                           "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xF0\x9F\x98"})
    for (const std::string& padding : {std::string(), std::string("0123456789")})
      EXPECT_THROW(parse_csv("a\n" + padding + flaw + "\n", "t.csv"), FileError) << flaw;
}

TEST(Csv, ReadsFiles) {
  const TemporaryFolder folder;
  EXPECT_EQ(cells(read_csv(folder.file("t.csv", "a\n1\n"))), Texts{"1"});
  expect_error<FileError>(
      [&] { read_csv(folder / "none.csv"); },
      "cannot read \"" + (folder / "none.csv") + "\": No such file or directory; check the path");
  expect_error<FileError>([&] { read_csv(folder.str()); },
                          "cannot read \"" + folder.str() + "\": Is a directory; name a file in it");
}

TEST(Csv, KeepsItsCellsWhenItIsCopiedAndMoved) {
  Table first = parse_csv("a\nx\n", "t.csv");
  const Table copy = first;
  first = parse_csv("a\ny\n", "t.csv");
  EXPECT_EQ(copy.text(0, 0), "x");
}

// Cells are looked for eight bytes at a time: every cell of rows of every width, with cells of every length,
// delimiters in every place of those eight bytes, and quotes before, at and behind the cell.
TEST(Csv, FindsEachCellOfRowsOfEveryWidthAndLength) {
  for (const char* quote : {"", "\""})
    for (std::size_t width = 1; width <= 20; ++width)
      for (std::size_t length = 0; length <= 17; ++length) {
        std::string text;
        Texts expected;
        for (std::size_t j = 0; j < width; ++j)
          text += (j ? ",c" : "c") + std::to_string(j) + (j + 1 == width ? "\n" : "");
        for (std::size_t row = 0; row < 2; ++row)
          for (std::size_t j = 0; j < width; ++j) {
            expected.push_back(std::string((length + j) % 18, static_cast<char>('a' + j)) + "z");
            text += (j ? "," : "") + (j == width / 2 ? quote + expected.back() + quote : expected.back());
            if (j + 1 == width) text += '\n';
          }
        ASSERT_EQ(cells(parse_csv(text, "t.csv")), expected) << text;
      }
}

TEST(Csv, ReadsWholeColumnsOfNumbersInTheOrderAsked) {
  const Table table = parse_csv("a,b,c\n 7 ,\"8\",-0.5\n12,123,1e3\n", "t.csv");
  const auto numbers = table.numbers({2, 0, 1, 2});
  EXPECT_EQ(numbers.shape(), (hindsight::Shape{2, 4}));
  EXPECT_EQ(numbers.to_vector<double>(), (std::vector<double>{-0.5, 7, 8, -0.5, 1000, 12, 123, 1000}));
  const Table flawed = parse_csv("a,b\n1,2\n3,\"4\"\"\"\nx,5\n", "t.csv");
  expect_error<FileError>(
      [&] {
        static_cast<void>(flawed.numbers({0, 1}));
      },
      "t.csv, line 3, column \"b\": \"4\"\" is not a number; correct the cell, remove the "
      "line, or leave the column out");
}
