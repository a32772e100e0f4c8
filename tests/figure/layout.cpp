#include "figure/layout.hpp"

#include <gtest/gtest.h>

#include <hindsight/error.hpp>

namespace hindsight::figure {
namespace {

FigureState page(double width, double height, Grid grid) {
  FigureState figure{width * 72, height * 72, grid, {}};
  for (std::size_t i = 0; i < grid.rows * grid.columns; ++i)
    figure.axes.push_back(std::make_shared<AxesState>());
  return figure;
}

std::vector<Panel> placed(const FigureState& figure) {
  std::vector<Panel> panels;
  paint_svg(figure.width, figure.height, [&](Canvas& canvas) { panels = lay_out(figure, canvas); });
  return panels;
}

TEST(Layout, GivesAllBoxesOneSizeAndKeepsCellsApartAndOnThePage) {
  FigureState figure = page(14, 9, {.rows = 2, .columns = 3});
  Axes(figure.axes[1]).y_label("a label").line(std::vector<double>{1e-7, 3e-7});
  Axes(figure.axes[4])
      .title("a title")
      .x_label("steps")
      .line(std::vector<double>{1e3, 1e5})
      .y_scale(Scale::log);
  const auto panels = placed(figure);
  ASSERT_EQ(panels.size(), 6U);
  for (const Panel& panel : panels) {
    EXPECT_DOUBLE_EQ(panel.box.width, panels[0].box.width);
    EXPECT_DOUBLE_EQ(panel.box.height, panels[0].box.height);
    EXPECT_GE(panel.cell.left, 10);
    EXPECT_LE(panel.cell.right(), figure.width - 10);
    EXPECT_LE(panel.cell.bottom(), figure.height - 10);
  }
  EXPECT_DOUBLE_EQ(panels[0].box.top, panels[2].box.top);
  EXPECT_DOUBLE_EQ(panels[1].box.left, panels[4].box.left);
  EXPECT_NEAR(panels[1].cell.left - panels[0].cell.right(), 10.8, 1e-9);
  EXPECT_NEAR(panels[3].cell.top - panels[0].cell.bottom(), 10.8, 1e-9);
}

TEST(Layout, MakesRoomForWiderTickLabels) {
  FigureState narrow = page(7, 5, {});
  Axes(narrow.axes[0]).line(std::vector<double>{0, 9});
  FigureState wide = page(7, 5, {});
  Axes(wide.axes[0]).line(std::vector<double>{0, 0.0009});
  EXPECT_GT(placed(wide)[0].box.left, placed(narrow)[0].box.left + 15);
}

TEST(Layout, BreaksATitleThatIsTooLong) {
  FigureState figure = page(7, 5, {.columns = 2});
  Axes(figure.axes[0])
      .title("Decision boundary of a network with sixteen hidden units after 5000 iterations");
  Axes(figure.axes[1]).title("one\ntwo");
  const auto panels = placed(figure);
  ASSERT_GE(panels[0].title.size(), 2U);
  EXPECT_EQ(panels[0].title[0].rfind("Decision boundary", 0), 0U);
  std::string joined;
  for (const std::string& line : panels[0].title) joined += (joined.empty() ? "" : " ") + line;
  EXPECT_EQ(joined, figure.axes[0]->title);
  EXPECT_EQ(panels[1].title, (Lines{"one", "two"}));
}

TEST(Layout, PutsTheColorBarBesideTheBox) {
  FigureState figure = page(7, 5, {});
  const std::vector<double> ends = {0, 1};
  Axes(figure.axes[0]).filled_contours(ends, ends, std::vector<double>{0, 1, 0, 1}).color_bar("p");
  const Panel panel = placed(figure)[0];
  ASSERT_TRUE(panel.color_bar.has_value());
  EXPECT_GT(panel.color_bar->box.left, panel.box.right());
  EXPECT_DOUBLE_EQ(panel.color_bar->box.height, panel.box.height);
  EXPECT_EQ(panel.color_bar->ticks.major.front().label.base, "0.0");
  EXPECT_EQ(panel.color_bar->ticks.major.back().label.base, "1.0");
  EXPECT_LT(panel.color_bar->label_left, panel.cell.right());
}

TEST(Layout, RefusesAPageThatLabelsFill) {
  const FigureState figure = page(1, 1, {.rows = 3, .columns = 3});
  EXPECT_THROW(placed(figure), ValueError);
}

}  // namespace
}  // namespace hindsight::figure
