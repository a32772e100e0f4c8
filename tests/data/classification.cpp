#include <gtest/gtest.h>

#include <hindsight/data/classification.hpp>
#include <hindsight/error.hpp>

#include "expect_error.hpp"

namespace data = hindsight::data;
using hindsight::FileError;
using hindsight::ValueError;
using Texts = std::vector<std::string>;

namespace {

data::Classification read(const std::string& text, std::vector<std::string> ignore = {}) {
  return data::classification(data::parse_csv(text, "t.csv"), {.target = "y", .ignore = std::move(ignore)});
}

std::vector<std::int64_t> classes(const data::Classification& samples) {
  return samples.classes.to_vector<std::int64_t>();
}

void expect_refused(const std::string& text, const std::string& message) {
  expect_error<FileError>([&] { read(text); }, message);
}

/// A table of `rows` whose target is `value(row)`.
template <class Value>
std::string table_of(int rows, Value value) {
  std::string text = "x,y\n";
  for (int i = 0; i < rows; ++i) text += std::to_string(i) + "," + value(i) + "\n";
  return text;
}

}  // namespace

TEST(Classification, ReadsFeaturesAndClasses) {
  const auto samples = read("a,y,b\n1,no,2.5\n-3,yes,4\n0,no,0.1\n");
  EXPECT_EQ(samples.features.dtype(), hindsight::float64);
  EXPECT_EQ(samples.features.shape(), (hindsight::Shape{3, 2}));
  EXPECT_EQ(samples.features.to_vector<double>(), (std::vector<double>{1, 2.5, -3, 4, 0, 0.1}));
  EXPECT_EQ(classes(samples), (std::vector<std::int64_t>{0, 1, 0}));
  EXPECT_EQ(samples.feature_names, (Texts{"a", "b"}));
  EXPECT_EQ(samples.class_names, (Texts{"no", "yes"}));
  EXPECT_EQ(samples.target, "y");
  EXPECT_EQ(samples.samples(), 3);
}

TEST(Classification, OrdersTextLabelsByName) {
  const auto samples = read("x,y\n0,pear\n0,apple\n0,10\n0,pear\n0,9\n0,apple\n0,10\n0,9\n");
  EXPECT_EQ(samples.class_names, (Texts{"10", "9", "apple", "pear"}));
  EXPECT_EQ(classes(samples), (std::vector<std::int64_t>{3, 2, 0, 3, 1, 2, 0, 1}));
}

TEST(Classification, OrdersNumbersByValueAndTakesEqualOnesAsOneClass) {
  const auto samples = read("x,y\n0,10\n0,9\n0,-1\n0,9.0\n0, 9 \n0,-1\n");
  EXPECT_EQ(samples.class_names, (Texts{"-1", "9", "10"}));
  EXPECT_EQ(classes(samples), (std::vector<std::int64_t>{2, 1, 0, 1, 1, 0}));
}

TEST(Classification, LeavesOutWhatIsIgnored) {
  const auto samples = read("id,a,name,y\n7,1,x,p\n8,2,z,q\n", {"name", "id"});
  EXPECT_EQ(samples.feature_names, Texts{"a"});
  EXPECT_EQ(samples.features.to_vector<double>(), (std::vector<double>{1, 2}));
}

TEST(Classification, RefusesColumnsThatAreNotThere) {
  const auto table = data::parse_csv("alpha,beta\n1,2\n", "t.csv");
  expect_error<ValueError>([&] { data::classification(table, {.target = "bets"}); },
                           "t.csv has no column \"bets\"; did you mean \"beta\"?");
  expect_error<ValueError>([&] { data::classification(table, {.target = "beta", .ignore = {"gamma"}}); },
                           "t.csv has no column \"gamma\"; its columns are \"alpha\", \"beta\"");
  expect_error<ValueError>([&] { data::classification(table, {.target = "beta", .ignore = {"alpha"}}); },
                           "t.csv has no column to learn from beside the target \"beta\"");
}

TEST(Classification, RefusesCellsThatAreNoNumbers) {
  expect_refused(
      "x,y\n1,p\nred,q\n",
      "t.csv, line 3, column \"x\": \"red\" is not a number; correct the cell, remove the line, or leave the "
      "column out");
}

TEST(Classification, RefusesMissingLabels) {
  expect_refused("x,y\n1,p\n2,\n",
                 "t.csv, line 3, column \"y\": the label is missing; fill it in, or remove the line");
  expect_refused("x,y\n1,p\n2,NaN\n",
                 "t.csv, line 3, column \"y\": \"NaN\" is no label; fill it in, or remove the line");
}

TEST(Classification, RefusesASingleClass) {
  expect_refused("x,y\n1,p\n2,p\n",
                 "t.csv, column \"y\": all 2 rows have the class \"p\"; there is nothing to tell apart, so "
                 "choose another "
                 "target");
  expect_refused("x,y\n1,2\n2,2.0\n",
                 "t.csv, column \"y\": all 2 rows have the class \"2\"; there is nothing to tell apart, so "
                 "choose another "
                 "target");
}

TEST(Classification, RefusesATargetThatLooksLikeAQuantity) {
  const auto refusal = [](int values, int rows) {
    return "t.csv, column \"y\": " + std::to_string(values) + " different values in " + std::to_string(rows) +
           " rows are too many to be classes; choose a target with few values, or group them";
  };
  // Every row another value; many broken numbers; too few rows for each of many texts.
  expect_refused(table_of(5, [](int i) { return std::to_string(i * i); }), refusal(5, 5));
  expect_refused(table_of(1000, [](int i) { return std::to_string(i % 21) + ".5"; }), refusal(21, 1000));
  expect_refused(table_of(200, [](int i) { return "city " + std::to_string(i % 25); }), refusal(25, 200));
}

TEST(Classification, TakesManyClassesOfManyRows) {
  EXPECT_EQ(read(table_of(300, [](int i) { return std::to_string(i % 30); })).class_names.size(), 30U);
  EXPECT_EQ(read(table_of(40, [](int i) { return std::to_string(i % 4) + ".5"; })).class_names.size(), 4U);
  EXPECT_EQ(read(table_of(2, [](int i) { return std::to_string(i); })).class_names.size(), 2U);
}
