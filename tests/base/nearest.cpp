#include "base/nearest.hpp"

#include <vector>

#include <gtest/gtest.h>

using hindsight::nearest;

namespace {
const std::vector<std::string> columns{"alcohol", "ash", "hue", "Proline", "x"};
}

TEST(Nearest, FindsSlipsOfTheFingers) {
  EXPECT_EQ(nearest("alkohol", columns), "alcohol");   // one letter replaced
  EXPECT_EQ(nearest("acohol", columns), "alcohol");    // one forgotten
  EXPECT_EQ(nearest("alcoholl", columns), "alcohol");  // one too many
  EXPECT_EQ(nearest("ahs", columns), "");              // two of three letters differ
  EXPECT_EQ(nearest("asch", columns), "ash");
}

TEST(Nearest, LetsCaseBe) {
  EXPECT_EQ(nearest("PROLINE", columns), "Proline");
  EXPECT_EQ(nearest("X", columns), "x");
}

TEST(Nearest, SaysNothingRatherThanNonsense) {
  EXPECT_EQ(nearest("y", columns), "");
  EXPECT_EQ(nearest("", columns), "");
  EXPECT_EQ(nearest("magnesium", columns), "");
  EXPECT_EQ(nearest("ash", {}), "");
}
