#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/data.hpp>
#include <hindsight/tensor.hpp>

#include "base/json.hpp"

namespace hs = hindsight;
namespace data = hindsight::data;
using Rows = std::vector<std::int64_t>;

namespace {

data::Inspection inspect(const std::string& csv) {
  return data::inspect(data::classification(data::parse_csv(csv, "t.csv"), {.target = "y"}));
}

/// Forty rows of two classes by turns: a feature that knows nothing, and one by `feature`.
template <class Feature>
std::string forty_rows(Feature feature) {
  std::string csv = "noise,f,y\n";
  for (int i = 0; i < 40; ++i)
    csv += std::to_string(i * 17 % 41) + "," + std::to_string(feature(i, i % 2)) + "," +
           (i % 2 ? "yes" : "no") + "\n";
  return csv;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST(Inspection, FindsTheLessonsContradictionAndWhatFollows) {
  const auto [X, y] = data::spirals({.points_per_class = 100, .classes = 2, .noise = 0.2, .seed = 42});
  const data::Inspection found =
      data::inspect({X, y.reshape({-1}).to(hs::int64), {"x1", "x2"}, {"0", "1"}, "class"});
  ASSERT_EQ(found.ceiling.contradictions.size(), 1U);
  EXPECT_EQ(found.ceiling.contradictions[0].samples, (Rows{0, 100}));
  EXPECT_EQ(found.ceiling.correct, 199);
  EXPECT_TRUE(holds(data::to_text(found), "So 199 of 200 is the best"));
  EXPECT_TRUE(found.duplicates.empty() && found.constant.empty() && found.leaks.empty());
}

TEST(Inspection, TheFloorOfTheLossIsTheEntropyOfContradictingRows) {
  // Three equal rows, two of one class: answering with the shares costs 3 ln 3 − 2 ln 2 in all.
  const data::Inspection found = inspect("a,b,y\n1,2,p\n1,2,q\n1,2,p\n3,4,q\n");
  EXPECT_EQ(found.ceiling.correct, 3);
  EXPECT_DOUBLE_EQ(found.ceiling.loss_floor, (3 * std::log(3.0) - 2 * std::log(2.0)) / 4);
}

TEST(Inspection, TellsDuplicatesFromContradictions) {
  const data::Inspection found = inspect("a,b,y\n1,2,p\n3,4,q\n1,2,p\n1,2,q\n-0,5,q\n0,5,q\n1,2,p\n");
  ASSERT_EQ(found.duplicates.size(), 2U);
  EXPECT_EQ(found.duplicates[0], (Rows{0, 2, 6}));
  EXPECT_EQ(found.duplicates[1], (Rows{4, 5})) << "−0 equals 0";
  EXPECT_EQ(found.surplus(), 3);
  ASSERT_EQ(found.ceiling.contradictions.size(), 1U);
  EXPECT_EQ(found.ceiling.contradictions[0].samples, (Rows{0, 2, 3, 6}));
  EXPECT_EQ(found.ceiling.contradictions[0].best, 3);
}

TEST(Inspection, FindsConstantAndRepeatedFeatures) {
  const data::Inspection found =
      inspect("a,k,b,c,k2,y\n1,7,1,2,7,p\n2,7,2,1,7,q\n3,7,3,5,7,p\n1,7,1,4,7,q\n");
  EXPECT_EQ(found.constant, (std::vector<std::size_t>{1, 4}));
  ASSERT_EQ(found.repeated.size(), 1U) << "two constant columns are constant, not repeated";
  EXPECT_EQ(found.repeated[0], (std::pair<std::size_t, std::size_t>{2, 0}));
}

TEST(Inspection, FindsACopyOfTheTarget) {
  const data::Inspection found = inspect(forty_rows([](int, int yes) { return yes ? -3.5 : 12; }));
  ASSERT_EQ(found.leaks.size(), 1U);
  EXPECT_EQ(found.leaks[0].feature, 1U);
  EXPECT_EQ(found.leaks[0].kind, data::Leak::Kind::copy);
  EXPECT_EQ(found.leaks[0].accuracy, 1);
  EXPECT_TRUE(holds(data::to_text(found), "\"f\" is \"y\" in other words\n"));
}

TEST(Inspection, FindsANoisyCopyOfTheTarget) {
  std::string csv = "f,y\n";
  for (int i = 0; i < 200; ++i)
    csv += std::string(i == 6 || i % 2 ? "1" : "0") + (i % 2 ? ",yes\n" : ",no\n");
  const data::Inspection found = inspect(csv);
  ASSERT_EQ(found.leaks.size(), 1U);
  EXPECT_EQ(found.leaks[0].kind, data::Leak::Kind::copy);
  EXPECT_EQ(found.leaks[0].accuracy, 199.0 / 200);
}

TEST(Inspection, FindsAQuantityThatSeparatesTheClasses) {
  const data::Inspection found = inspect(forty_rows([](int i, int yes) { return 100.0 * yes + i; }));
  ASSERT_EQ(found.leaks.size(), 1U);
  EXPECT_EQ(found.leaks[0].feature, 1U);
  EXPECT_EQ(found.leaks[0].kind, data::Leak::Kind::separates);
}

TEST(Inspection, OneRowThatIsWrongHidesNoLeak) {
  for (const int wrong : {0, 7, 39}) {
    const data::Inspection copy =
        inspect(forty_rows([=](int i, int yes) { return i == wrong ? 1 - yes : yes; }));
    ASSERT_EQ(copy.leaks.size(), 1U) << wrong;
    EXPECT_EQ(copy.leaks[0].kind, data::Leak::Kind::copy);
    EXPECT_EQ(copy.leaks[0].accuracy, 39.0 / 40);
    const data::Inspection quantity =
        inspect(forty_rows([=](int i, int yes) { return 100.0 * (i == wrong ? 1 - yes : yes) + i; }));
    if (wrong != 7) continue;  // the others stand at an end, where one class could as well have two parts
    ASSERT_EQ(quantity.leaks.size(), 1U);
    EXPECT_EQ(quantity.leaks[0].kind, data::Leak::Kind::separates);
    EXPECT_EQ(quantity.leaks[0].accuracy, 39.0 / 40);
    EXPECT_TRUE(holds(data::to_text(quantity), "lie together, 97.50 % of all\n"));
  }
}

TEST(Inspection, RowsThatContradictOthersHideNoLeak) {
  std::string copy = forty_rows([](int, int yes) { return yes; });
  copy += "17,1,yes\n17,1,no\n10,1,yes\n10,1,no\n";  // two more of the second and fourth row, and two against
                                                     // them
  const data::Inspection found = inspect(copy);
  EXPECT_EQ(found.ceiling.correct, 42);
  ASSERT_EQ(found.leaks.size(), 1U) << "as good as any function";
  EXPECT_EQ(found.leaks[0].accuracy, 42.0 / 44);
  EXPECT_TRUE(holds(data::to_text(found), "\"f\" is \"y\" in other words, in 95.45 % of the rows\n"));
}

TEST(Inspection, FindsFeaturesInAnotherScale) {
  std::string csv = "cm,inch,noise,minus,near,cm2,y\n";
  for (int i = 0; i < 30; ++i) {
    const double cm = 150 + i * 7 % 31;
    csv += std::to_string(cm) + "," + std::to_string(cm / 2.54) + "," + std::to_string(i * 11 % 29) + "," +
           std::to_string(40 - 3 * cm) + "," + std::to_string(cm + (i == 5 ? 0.1 : 0)) + "," +
           std::to_string(cm) + (i % 2 ? ",p\n" : ",q\n");
  }
  const data::Inspection found = inspect(csv);
  EXPECT_EQ(found.repeated, (std::vector<std::pair<std::size_t, std::size_t>>{{5, 0}}));
  EXPECT_EQ(found.rescaled, (std::vector<std::pair<std::size_t, std::size_t>>{{1, 0}, {3, 0}}));
  EXPECT_TRUE(holds(data::to_text(found), "  \"inch\" is \"cm\" in another scale\n"));
  EXPECT_EQ(hs::parse_json(data::to_json(found), "")["rescaled_features"][1],
            hs::parse_json(R"({"feature":"minus","is":"cm"})", ""));
}

TEST(Inspection, TakesNoAccidentForALeak) {
  // Four rows are separated by one column in three by mere chance.
  EXPECT_TRUE(inspect("f,y\n1,p\n2,p\n3,q\n4,q\n").leaks.empty());
  // One value in a hundred rows of one class alone: right in 99 %, and so is always saying "no".
  std::string csv = "f,y\n";
  for (int i = 0; i < 100; ++i) csv += std::to_string(i % 2) + (i == 0 ? ",yes\n" : ",no\n");
  EXPECT_TRUE(inspect(csv).leaks.empty());
  // The only feature is as good as any function of it, and yet no copy: a third of the rows contradict it.
  csv = "f,y\n";
  for (int i = 0; i < 90; ++i) csv += std::to_string(i % 2) + (i % 2 == (i % 3 == 0) ? ",yes\n" : ",no\n");
  EXPECT_TRUE(inspect(csv).leaks.empty());
  EXPECT_TRUE(inspect(forty_rows([](int i, int) { return i * 7 % 40; })).leaks.empty());
}

TEST(Inspection, CountsClassesAndTheirBalance) {
  const data::Inspection found = inspect("f,y\n1,p\n2,q\n3,p\n4,r\n5,p\n6,p\n7,q\n8,p\n");
  EXPECT_EQ(found.class_counts, (Rows{5, 2, 1}));
  EXPECT_EQ(found.majority(), 0U);
  EXPECT_EQ(found.majority_accuracy(), 5.0 / 8);
  EXPECT_EQ(found.imbalance(), 5);
  EXPECT_TRUE(holds(data::to_text(found), "the classes are unbalanced, 5 to 1"));
}

TEST(Inspection, SaysTheSameInJson) {
  const auto json = hs::parse_json(data::to_json(inspect("a,k,y\n1,7,p\n1,7,q\n2,7,p\n2,7,p\n")), "JSON");
  EXPECT_EQ(json["rows"], 4);
  EXPECT_EQ(json["contradictions"], hs::parse_json(R"([{"rows":[0,1],"best":1}])", ""));
  EXPECT_EQ(json["ceiling"]["correct"], 3);
  EXPECT_EQ(json["duplicates"], hs::parse_json("[[2,3]]", ""));
  EXPECT_EQ(json["constant_features"], hs::parse_json("[\"k\"]", ""));
  EXPECT_EQ(json["majority"], "p");
}

TEST(Inspection, ListsNoMoreThanCanBeRead) {
  std::string csv = "a,y\n";
  for (int i = 0; i < 50; ++i) csv += std::to_string(i) + ",p\n" + std::to_string(i) + ",q\n";
  const std::string text =
      data::to_text(inspect(csv), [](std::int64_t row) { return "line " + std::to_string(row + 2); });
  EXPECT_TRUE(holds(text, "  line 2, line 3: at most 1 of 2 right\n"));
  EXPECT_TRUE(holds(text, "  and 40 more\n"));
  EXPECT_TRUE(holds(text, "So 50 of 100 is the best"));
}
