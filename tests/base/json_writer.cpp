#include "base/json_writer.hpp"

#include <limits>

#include <gtest/gtest.h>

#include <hindsight/error.hpp>

#include "base/json.hpp"
#include "expect_error.hpp"

using hindsight::JsonWriter;

namespace {

std::string example(std::size_t indent) {
  JsonWriter json(indent);
  json.object([&] {
    json.field("text", "a \"b\"\n: {[,é");
    json.field("whole", std::int64_t{-3});
    json.field("large", std::numeric_limits<std::uint64_t>::max());
    json.field("number", 0.1);
    json.field("one", 1.0);
    json.field("yes", true);
    json.field("none", std::optional<double>());
    json.field("nan", std::numeric_limits<double>::quiet_NaN());
    json.field("list", std::vector<std::vector<int>>{{1, 2}, {}});
    json.each("squares", std::vector<int>{2, 3}, [&](int x) { json.object([&] { json.field("of", x); }); });
    json.key("empty");
    json.object([] {});
    json.key("inner");
    json.line("[1,2]\n");
  });
  return std::move(json).text();
}

}  // namespace

TEST(JsonWriter, WritesOnOneLine) {
  EXPECT_EQ(example(0),
            "{\"text\":\"a \\\"b\\\"\\n: {[,é\",\"whole\":-3,\"large\":18446744073709551615,\"number\":0.1,"
            "\"one\":1.0,\"yes\":true,\"none\":null,\"nan\":null,\"list\":[[1,2],[]],"
            "\"squares\":[{\"of\":2},{\"of\":3}],\"empty\":{},\"inner\":[1,2]}");
}

TEST(JsonWriter, IndentsAsTheReadersLibraryDoes) {
  const auto parsed = hindsight::parse_json(example(2), "example");
  EXPECT_EQ(parsed.dump(), example(0));
  JsonWriter json(2);
  json.object([&] {
    json.field("a", std::vector<int>{1, 2});
    json.field("b", std::vector<int>{});
  });
  EXPECT_EQ(std::move(json).text(), "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": []\n}");
}

TEST(JsonWriter, RefusesTextThatIsNotUtf8) {
  JsonWriter json;
  expect_error<hindsight::ValueError>([&] { json.value("\xFF"); },
                                      "a text that is to be stored as JSON is not UTF-8");
}
