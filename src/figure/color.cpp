#include <algorithm>
#include <array>
#include <cmath>

#include <hindsight/error.hpp>
#include <hindsight/figure.hpp>

#include "base/format.hpp"

namespace hindsight::figure {
namespace {

constexpr Color rgb(unsigned value) {
  return {.red = static_cast<double>(value >> 16U & 0xffU) / 255,
          .green = static_cast<double>(value >> 8U & 0xffU) / 255,
          .blue = static_cast<double>(value & 0xffU) / 255};
}

// Colors from www.ColorBrewer.org by Cynthia A. Brewer, Geography, Pennsylvania State University.
constexpr std::array<Color, 11> red_to_blue = {rgb(0x67001f), rgb(0xb2182b), rgb(0xd6604d), rgb(0xf4a582),
                                               rgb(0xfddbc7), rgb(0xf7f7f7), rgb(0xd1e5f0), rgb(0x92c5de),
                                               rgb(0x4393c3), rgb(0x2166ac), rgb(0x053061)};

// Tableau 10, as matplotlib's default cycle.
constexpr std::array<Color, 10> tableau = {rgb(0x1f77b4), rgb(0xff7f0e), rgb(0x2ca02c), rgb(0xd62728),
                                           rgb(0x9467bd), rgb(0x8c564b), rgb(0xe377c2), rgb(0x7f7f7f),
                                           rgb(0xbcbd22), rgb(0x17becf)};

Color between(const Color& a, const Color& b, double t) {
  return {.red = a.red + t * (b.red - a.red),
          .green = a.green + t * (b.green - a.green),
          .blue = a.blue + t * (b.blue - a.blue)};
}

/// matplotlib's table of 256 entries: entry k stands for t in [k/256, (k+1)/256) and holds the colour at
/// k/255.
int table_index(double t) { return t > 0 ? static_cast<int>(std::min(t * 256, 255.0)) : 0; }

Color red_blue_entry(int index) {
  const double position = index / 255.0 * (red_to_blue.size() - 1);
  const auto segment = std::min(static_cast<std::size_t>(position), red_to_blue.size() - 2);
  return between(red_to_blue[segment], red_to_blue[segment + 1], position - static_cast<double>(segment));
}

}  // namespace

Color hex(std::string_view text) {
  const std::string_view digits = "0123456789abcdef";
  unsigned value = 0;
  bool valid = text.size() == 7 && text[0] == '#';
  for (std::size_t i = 1; valid && i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'F' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
    const auto digit = digits.find(c);
    valid = digit != std::string_view::npos;
    value = value * 16 + static_cast<unsigned>(digit);
  }
  if (!valid) fail<ValueError>("\"{}\" is no colour: write \"#rrggbb\", as in \"#1f77b4\"", text);
  return rgb(value);
}

Color tab10(std::size_t index) { return tableau[index % tableau.size()]; }

Color blend(std::span<const Color> colors, std::span<const double> weights) {
  if (colors.size() != weights.size())
    fail<ValueError>("blend got {} colors and {} weights: give one weight for each color", colors.size(),
                     weights.size());
  Color sum{.alpha = 0};
  for (std::size_t k = 0; k < colors.size(); ++k) {
    sum.red += weights[k] * colors[k].red;
    sum.green += weights[k] * colors[k].green;
    sum.blue += weights[k] * colors[k].blue;
    sum.alpha += weights[k] * colors[k].alpha;
  }
  return sum;
}

Color rdbu(double t) { return red_blue_entry(table_index(t)); }

Color rdbu_reversed(double t) { return red_blue_entry(255 - table_index(t)); }

}  // namespace hindsight::figure
