#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include <unistd.h>

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "figure/canvas.hpp"
#include "figure/draw.hpp"
#include "figure/layout.hpp"
#include "figure/state.hpp"
#include "figure/style.hpp"
#include "figure/svg.hpp"

namespace hindsight::figure {
namespace {

constexpr double points_per_inch = 72;

void draw(const FigureState& figure, Canvas& canvas) {
  canvas.fill(Rect{0, 0, figure.width, figure.height}, style::white);
  for (const Panel& panel : lay_out(figure, canvas)) {
    draw_grounds(canvas, panel);
    draw_grid(canvas, panel);
    draw_series(canvas, panel);
    draw_frame(canvas, panel);
    draw_legend(canvas, panel);
  }
}

std::string joined_titles(const FigureState& figure) {
  std::string titles;
  for (const auto& axes : figure.axes) {
    if (axes->title.empty()) continue;
    if (!titles.empty()) titles += "; ";
    titles += axes->title;
  }
  return titles;
}

bool ends_with(std::string_view path, std::string_view ending) {
  return path.size() > ending.size() &&
         std::equal(ending.rbegin(), ending.rend(), path.rbegin(),
                    [](char wanted, char c) { return wanted == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
}

[[noreturn]] void fail_to_write(const std::string& path, int error) {
  fail<FileError>("cannot write the figure \"{}\": {}", path, std::generic_category().message(error));
}

void write_whole(const std::string& path, std::string_view bytes) {
  const std::string partial = formatted("{}.{}.partial", path, ::getpid());
  errno = 0;
  std::ofstream file(partial, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  int error = file ? 0 : errno;
  if (error == 0 && std::rename(partial.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return;
  std::remove(partial.c_str());
  fail_to_write(path, error);
}

}  // namespace

Figure::Figure(double width_inches, double height_inches, Grid grid) {
  const auto fits = [](double inches) { return inches > 0 && inches <= 300; };
  if (!fits(width_inches) || !fits(height_inches))
    fail<ValueError>("a figure of {} x {} inches: each side must be more than 0 and at most 300",
                     width_inches, height_inches);
  if (grid.rows == 0 || grid.columns == 0)
    fail<ValueError>("a figure of {} x {} axes: ask for at least one row and one column", grid.rows,
                     grid.columns);
  state_ = std::make_unique<FigureState>(
      FigureState{width_inches * points_per_inch, height_inches * points_per_inch, grid, {}});
  for (std::size_t i = 0; i < grid.rows * grid.columns; ++i)
    state_->axes.push_back(std::make_shared<AxesState>());
}

Figure::Figure(Figure&&) noexcept = default;
Figure& Figure::operator=(Figure&&) noexcept = default;
Figure::~Figure() = default;

Axes Figure::axes(std::size_t row, std::size_t column) const {
  const Grid& grid = state_->grid;
  if (row >= grid.rows || column >= grid.columns)
    fail<IndexError>("the figure has {} x {} axes, but none at row {}, column {}: both count from 0",
                     grid.rows, grid.columns, row, column);
  return Axes(state_->axes[row * grid.columns + column]);
}

std::vector<std::uint8_t> Figure::to_png(double dpi) const {
  return paint_png(state_->width, state_->height, dpi, [this](Canvas& canvas) { draw(*state_, canvas); });
}

std::string Figure::to_svg() const {
  const std::string svg =
      paint_svg(state_->width, state_->height, [this](Canvas& canvas) { draw(*state_, canvas); });
  return finished_svg(svg, joined_titles(*state_));
}

void Figure::save(const std::string& path) const {
  if (ends_with(path, ".svg")) {
    write_whole(path, to_svg());
  } else if (ends_with(path, ".png")) {
    const std::vector<std::uint8_t> png = to_png();
    write_whole(path, {reinterpret_cast<const char*>(png.data()), png.size()});
  } else {
    fail<FileError>("cannot write the figure \"{}\": its name must end in .png or .svg", path);
  }
}

}  // namespace hindsight::figure
