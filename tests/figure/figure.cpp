#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <hindsight/error.hpp>
#include <hindsight/figure.hpp>

#include "base/format.hpp"

namespace hindsight::figure {
namespace {

const std::vector<double> two = {0, 1};
const std::vector<double> three = {0, 1, 2};
const std::vector<double> square = {0, 1, 0, 1};
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

template <class E, class F>
std::string message(F&& action) {
  try {
    action();
  } catch (const E& error) {
    return error.what();
  }
  return "nothing was thrown";
}

Figure sample() {
  Figure figure(7, 5);
  figure.axes().filled_contours(two, two, square, {.alpha = 0.6}).scatter(two, two, {.label = "points"});
  figure.axes().line(two, {.label = "line"}).title("A < B & \"C\"").legend().color_bar("p").grid();
  return figure;
}

std::uint32_t big_endian(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24U | std::uint32_t{bytes[at + 1]} << 16U |
         std::uint32_t{bytes[at + 2]} << 8U | bytes[at + 3];
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// Every element closed by its own end, every & an entity: what XML demands of a picture.
bool well_formed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = 0; at < xml.size(); ++at) {
    if (xml[at] == '&' && xml.substr(at, 4) != "&lt;" && xml.substr(at, 4) != "&gt;" &&
        xml.substr(at, 5) != "&amp;" && xml.substr(at, 6) != "&quot;")
      return false;
    if (xml[at] != '<') continue;
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return false;
    const std::string tag = xml.substr(at + 1, end - at - 1);
    const std::string name = tag.substr(0, tag.find_first_of(" \n"));
    if (name[0] == '/') {
      if (open.empty() || open.back() != name.substr(1)) return false;
      open.pop_back();
    } else if (name[0] != '?' && tag.back() != '/') {
      open.push_back(name);
    }
    at = end;
  }
  return open.empty();
}

TEST(FigurePng, HasTheSignatureAndAHundredPixelsAnInch) {
  const auto png = sample().to_png();
  const std::vector<std::uint8_t> signature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  EXPECT_EQ(std::vector<std::uint8_t>(png.begin(), png.begin() + 8), signature);
  EXPECT_EQ(big_endian(png, 16), 700U);
  EXPECT_EQ(big_endian(png, 20), 500U);
  EXPECT_EQ(big_endian(sample().to_png(200), 16), 1400U);
}

TEST(FigureSvg, IsWellFormedAndNamed) {
  const std::string svg = sample().to_svg();
  EXPECT_TRUE(well_formed(svg));
  EXPECT_NE(svg.find("width=\"504pt\" height=\"360pt\""), std::string::npos);
  EXPECT_EQ(count(svg, "<title>A &lt; B &amp; &quot;C&quot;</title>"), 1U);
  EXPECT_EQ(count(svg, "role=\"img\""), 1U);
}

TEST(FigureSvg, NeedsNoFont) {
  const std::string svg = sample().to_svg();
  EXPECT_EQ(count(svg, "<text"), 0U);
  EXPECT_EQ(count(svg, "font-family"), 0U);
  EXPECT_GT(count(svg, "<use "), 20U);  // one for each letter
}

TEST(Figure, MakesTheSameBytesAgain) {
  Figure figure = sample();
  const std::vector<Color> cells = {tab10(0), tab10(1), tab10(2), tab10(3)};
  figure.axes().image(0, 1, 0, 1, 2, 2, cells);
  EXPECT_EQ(figure.to_png(), figure.to_png());
  // Drawing other pictures meanwhile counts the drawing library's ids on.
  const std::string first = figure.to_svg();
  sample().to_svg();
  EXPECT_EQ(figure.to_svg(), first);
}

TEST(FigureSvg, PaintsEachBandOverTheOneBelowInItsBlendedColor) {
  Figure figure(4, 4);
  figure.axes().filled_contours(
      two, two, square,
      {.levels = {0, 0.5, 1}, .colormap = [](double) { return Color{.red = 1}; }, .alpha = 0.5});
  // Red at half opacity over white, without any transparency left.
  EXPECT_EQ(count(figure.to_svg(), "fill:rgb(100%,50%,50%);fill-opacity:1;"), 2U);
}

TEST(Figure, DrawsWhatIsEmptyConstantOrNotANumber) {
  Figure figure(9, 6, {.rows = 2, .columns = 3});
  const std::vector<double> none;
  figure.axes(0, 0).line(none, {.label = "empty"}).scatter(none, none).legend();
  figure.axes(0, 1).line(std::vector<double>{5, 5, 5});
  figure.axes(0, 2)
      .line(std::vector<double>{1, nan, 2, 3, nan, 4, INFINITY})
      .scatter(three, std::vector<double>{nan, 1, 2});
  figure.axes(1, 0).line(std::vector<double>{-1, 0, 1, 10}).y_scale(Scale::log).horizontal_line(-1);
  figure.axes(1, 1).filled_contours(two, two, std::vector<double>{nan, nan, nan, nan}).color_bar();
  figure.axes(1, 2).line(std::vector<double>{0}).scatter(std::vector<double>{1e308}, std::vector<double>{1});
  EXPECT_TRUE(well_formed(figure.to_svg()));
  EXPECT_EQ(big_endian(figure.to_png(), 16), 900U);
}

TEST(FigureSvg, LeavesGapsInLinesWhereValuesAreMissing) {
  const auto strokes = [](const std::vector<double>& y) {
    Figure figure(4, 4);
    figure.axes().line(y, {.color = Color{.red = 1}});
    return count(figure.to_svg(), "stroke:rgb(100%,0%,0%)");
  };
  EXPECT_EQ(strokes({1, 2, 3, 4, 5}), 1U);
  EXPECT_EQ(strokes({1, 2, nan, 4, 5}), 2U);
  EXPECT_EQ(strokes({nan, 2, 3, 4, nan}), 1U);
}

TEST(FigureSvg, SkipsPointsThatAreNotNumbers) {
  Figure figure(4, 4);
  figure.axes().scatter(three, std::vector<double>{1, nan, 2}, {.fill = Color{.red = 1}});
  EXPECT_EQ(count(figure.to_svg(), "fill:rgb(100%,0%,0%)"), 2U);
}

TEST(Axes, ContinuesTheColorCycle) {
  Figure figure(4, 4);
  figure.axes().line(two).line(two).scatter(two, two);
  const std::string svg = figure.to_svg();
  EXPECT_EQ(count(svg, "stroke:rgb(12.156863%,46.666667%,70.588235%)"), 1U);
  EXPECT_EQ(count(svg, "stroke:rgb(100%,49.803922%,5.490196%)"), 1U);
  EXPECT_EQ(count(svg, "fill:rgb(17.254902%,62.745098%,17.254902%)"), 2U);
}

TEST(Axes, SaysWhichLengthsDoNotFit) {
  Figure figure;
  Axes axes = figure.axes();
  EXPECT_EQ(message<ValueError>([&] { axes.line(two, three); }),
            "line got 2 x values and 3 y values: give one y for each x");
  EXPECT_EQ(message<ValueError>([&] { axes.scatter(three, two); }),
            "scatter got 3 x values and 2 y values: give one y for each x");
  EXPECT_EQ(message<ValueError>([&] { axes.filled_contours(two, three, square); }),
            "filled_contours got 2 x values, 3 y values and 4 z values: give at least 2 x 2 grid points and "
            "one z for "
            "each (x.size() * y.size())");
  EXPECT_EQ(message<ValueError>([&] { axes.image(0, 1, 0, 1, 2, 2, std::vector<Color>(3)); }),
            "image got 3 cells for 2 rows and 2 columns: give rows * columns of them");
}

TEST(Axes, SaysWhatIsWrongWithContours) {
  Figure figure;
  Axes axes = figure.axes();
  const std::vector<double> falling = {1, 0};
  EXPECT_EQ(message<ValueError>([&] { axes.filled_contours(falling, two, square); }),
            "filled_contours got x[1] = 0 after 1: x must increase strictly");
  EXPECT_EQ(message<ValueError>([&] {
              axes.filled_contours(two, two, square, {.levels = {0, nan}});
            }),
            "filled_contours got levels[1] = nan: levels must be finite");
  EXPECT_EQ(message<ValueError>([&] { axes.filled_contours(two, two, square, {.levels = {0}}); }),
            "filled_contours got 1 level: a band needs two, its edges");
  EXPECT_EQ(message<ValueError>([&] { axes.filled_contours(two, two, square, {.count = 0}); }),
            "filled_contours got count = 0: ask for at least one band");
  EXPECT_EQ(message<ValueError>([&] { axes.filled_contours(two, two, square, {.alpha = 2}); }),
            "filled_contours got alpha = 2: give 0 (white) to 1 (opaque)");
}

TEST(Axes, SaysWhatIsWrongWithLimitsAndKeepsTheOldOnes) {
  Figure figure;
  Axes axes = figure.axes();
  EXPECT_EQ(message<ValueError>([&] { axes.x_limits(2, 2); }),
            "x limits are 2 and 2: give two finite values that differ");
  EXPECT_EQ(message<ValueError>([&] { axes.y_limits(0, nan); }),
            "y limits are 0 and nan: give two finite values that differ");
  axes.y_limits(-1, 1);
  EXPECT_EQ(message<ValueError>([&] { axes.y_scale(Scale::log); }),
            "y limits -1 and 1 do not fit a log scale: make both positive");
  axes.x_scale(Scale::log);
  EXPECT_EQ(message<ValueError>([&] { axes.x_limits(0, 1); }),
            "x limits 0 and 1 do not fit a log scale: make both positive");
  EXPECT_FALSE(figure.to_svg().empty());
  EXPECT_EQ(message<ValueError>([&] { axes.horizontal_line(nan); }),
            "horizontal_line got nan: give a finite value");
}

TEST(Figure, SaysWhatIsWrongWithItsSizeAndGrid) {
  EXPECT_EQ(message<ValueError>([] { Figure(0, 5); }),
            "a figure of 0 x 5 inches: each side must be more than 0 and at most 300");
  EXPECT_EQ(message<ValueError>([] { Figure(5, 5, {.rows = 0}); }),
            "a figure of 0 x 1 axes: ask for at least one row and one column");
  EXPECT_EQ(message<IndexError>([] { Figure(5, 5, {.columns = 2}).axes(1, 0); }),
            "the figure has 1 x 2 axes, but none at row 1, column 0: both count from 0");
  EXPECT_EQ(message<ValueError>([] { Figure(10, 5).to_png(10000); }),
            "a figure of 10 x 5 inches at 10000 dpi would have 100000 x 50000 pixels: each side can have 1 "
            "to 32767");
}

TEST(Figure, RefusesTextThatIsNotUtf8) {
  Figure figure;
  figure.axes().title("caf\xe9");
  EXPECT_EQ(message<ValueError>([&] { figure.to_svg(); }),
            "a title, label or legend entry of the figure is not UTF-8: re-encode it");
}

class FigureSave : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::mkdir(folder_.c_str(), 0700), 0); }
  void TearDown() override {
    for (const char* name : {"/a.svg", "/a.PNG"}) std::remove((folder_ + name).c_str());
    // Fails, and the test with it, if a temporary file is left behind.
    EXPECT_EQ(::rmdir(folder_.c_str()), 0);
  }
  static std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string folder_ = formatted("{}figure_save_{}", testing::TempDir(), ::getpid());
};

TEST_F(FigureSave, TakesTheFormatFromTheEnding) {
  sample().save(folder_ + "/a.svg");
  EXPECT_EQ(content(folder_ + "/a.svg"), sample().to_svg());
  sample().save(folder_ + "/a.PNG");
  const auto png = sample().to_png();
  EXPECT_EQ(content(folder_ + "/a.PNG"), std::string(png.begin(), png.end()));
}

TEST_F(FigureSave, NamesThePathAndTheReason) {
  EXPECT_EQ(message<FileError>([&] { sample().save("picture.jpg"); }),
            "cannot write the figure \"picture.jpg\": its name must end in .png or .svg");
  EXPECT_EQ(message<FileError>([&] { sample().save(folder_ + "/none/a.svg"); }),
            formatted("cannot write the figure \"{}/none/a.svg\": No such file or directory", folder_));
}

TEST_F(FigureSave, LeavesNothingBehindWhereItCannotRename) {
  const std::string taken = folder_ + "/taken.svg";
  ASSERT_EQ(::mkdir(taken.c_str(), 0700), 0);
  EXPECT_EQ(message<FileError>([&] { sample().save(taken); }),
            formatted("cannot write the figure \"{}\": Is a directory", taken));
  ::rmdir(taken.c_str());
}

TEST(Axes, OutlivesItsFigureAndIsSharedByItsHandles) {
  Axes axes = Figure().axes();
  axes.title("still here");
  Figure figure(4, 4);
  figure.axes().title("by one handle");
  EXPECT_EQ(count(figure.to_svg(), "<title>by one handle</title>"), 1U);
  Figure moved = std::move(figure);
  EXPECT_EQ(count(moved.to_svg(), "<title>by one handle</title>"), 1U);
}

}  // namespace
}  // namespace hindsight::figure
