#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/error.hpp>
#include <hindsight/figure.hpp>

#include "base/format.hpp"

namespace hindsight::figure {
namespace {

std::string text(const Color& color) {
  const auto byte = [](double part) { return std::lround(255 * part); };
  return formatted("#{:02x}{:02x}{:02x}", byte(color.red), byte(color.green), byte(color.blue));
}

TEST(Colormap, RdBuReversedIsMatplotlibs) {
  // matplotlib 3.6.3: to_hex(get_cmap("RdBu_r")(k)) for the entries k of its table of 256.
  const std::pair<int, const char*> table[] = {{0, "#053061"},   {1, "#063264"},   {64, "#6bacd1"},
                                               {100, "#cce2ef"}, {127, "#f6f7f7"}, {128, "#f7f6f6"},
                                               {200, "#db6b55"}, {255, "#67001f"}};
  for (const auto& [entry, expected] : table) {
    EXPECT_EQ(text(rdbu_reversed((entry + 0.5) / 256)), expected) << entry;
    EXPECT_EQ(text(rdbu(1 - (entry + 0.5) / 256)), expected) << entry;
  }
}

TEST(Colormap, ClampsWhatLiesOutside) {
  EXPECT_EQ(text(rdbu_reversed(-3)), "#053061");
  EXPECT_EQ(text(rdbu_reversed(1)), "#67001f");
  EXPECT_EQ(text(rdbu_reversed(INFINITY)), "#67001f");
}

TEST(Color, ReadsHexDigits) {
  EXPECT_EQ(hex("#ff7f0e"), tab10(1));
  EXPECT_EQ(hex("#FF7F0E"), tab10(1));
  EXPECT_EQ(tab10(11), tab10(1));
  for (const char* bad : {"", "ff7f0e", "#ff7f0", "#ff7f0eb", "#gg7f0e", "orange"})
    EXPECT_THROW(hex(bad), ValueError) << bad;
  try {
    hex("orange");
  } catch (const ValueError& error) {
    EXPECT_STREQ(error.what(), "\"orange\" is no colour: write \"#rrggbb\", as in \"#1f77b4\"");
  }
}

TEST(Color, BlendsByWeights) {
  const Color colors[] = {{.red = 1}, {.green = 1}, {.blue = 1}};
  const double weights[] = {0.5, 0.25, 0.25};
  EXPECT_EQ(blend(colors, weights), (Color{.red = 0.5, .green = 0.25, .blue = 0.25}));
  try {
    blend(colors, std::span(weights).first(2));
    FAIL();
  } catch (const ValueError& error) {
    EXPECT_STREQ(error.what(), "blend got 3 colors and 2 weights: give one weight for each color");
  }
}

}  // namespace
}  // namespace hindsight::figure
