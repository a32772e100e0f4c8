#include "base/json.hpp"

#include <gtest/gtest.h>

#include <hindsight/error.hpp>

#include "expect_error.hpp"

using hindsight::FileError;
using hindsight::Json;
using hindsight::parse_json;

TEST(Json, KeepsTheOrderOfKeys) {
  EXPECT_EQ(hindsight::dump_json(parse_json(R"({"z": 1, "a": {"c": [0.1, null], "b": "é"}})", "a.json")),
            R"({"z":1,"a":{"c":[0.1,null],"b":"é"}})");
}

TEST(Json, RefusesAKeyThatOccursTwiceInOneObject) {
  expect_error<FileError>([] { parse_json(R"({"a": {"b": 1, "b": 2}})", "a.json"); },
                          "a.json: not valid JSON: the key \"b\" occurs twice");
  EXPECT_EQ(parse_json(R"([{"a": 1}, {"a": {"a": 2}}])", "a.json").size(), 2U);
}

TEST(Json, NamesTheSourceOfWhatDoesNotParse) {
  for (const char* text : {"", "{", "[1,]", "nul", "{\"a\" 1}", "\"\xFF\""}) {
    try {
      parse_json(text, "a.json");
      FAIL() << text;
    } catch (const FileError& error) {
      EXPECT_EQ(std::string(error.what()).rfind("a.json: not valid JSON: parse error at ", 0), 0U)
          << error.what();
    }
  }
}

TEST(Json, RefusesToWriteWhatIsNotUtf8) {
  expect_error<hindsight::ValueError>([] { hindsight::dump_json(Json("\xFF")); },
                                      "a text that is to be stored as JSON is not UTF-8");
}
