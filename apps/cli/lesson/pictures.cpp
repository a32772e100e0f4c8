#include "lesson/lesson.hpp"

#ifdef HINDSIGHT_HAS_FIGURE
#include <hindsight/figure.hpp>

#include "base/format.hpp"

namespace lesson {
namespace {

namespace fig = hindsight::figure;

constexpr double limit = 1.5;                        // of both axes
constexpr std::size_t grid = 241;                    // points a side at which the network is asked
constexpr double panel_width = 7, panel_height = 5;  // inches

std::vector<double> numbers(const Tensor& tensor) {
  return tensor.to(hs::float64).contiguous().to_vector<double>();
}

/// Every point of the grid, row by row from the bottom.
Tensor grid_points(const std::vector<double>& ticks) {
  std::vector<double> points;
  for (const double y : ticks)
    for (const double x : ticks) points.insert(points.end(), {x, y});
  return hs::tensor(points, {static_cast<std::int64_t>(ticks.size() * ticks.size()), 2});
}

/// Class 0 is orange and class 1 blue, as in the lesson; more classes go on through the cycle.
fig::Color color_of(std::int64_t c) {
  static const fig::Color first[] = {fig::hex("#ffa500"), fig::hex("#0000ff")};
  return c < 2 ? first[c] : fig::tab10(static_cast<std::size_t>(c));
}

void scatter_classes(fig::Axes axes, const Settings& settings, const Start& data) {
  const std::vector<double> X = numbers(data.X);
  for (std::int64_t c = 0; c < settings.classes; ++c) {
    std::vector<double> x, y;
    for (std::int64_t i = c * settings.points; i < (c + 1) * settings.points; ++i) {
      x.push_back(X[static_cast<std::size_t>(2 * i)]);
      y.push_back(X[static_cast<std::size_t>(2 * i + 1)]);
    }
    axes.scatter(x, y, {.fill = color_of(c), .label = hindsight::formatted("Class {}", c)});
  }
}

void boundary(fig::Axes axes, const Settings& settings, const Start& data, const Run& run,
              const std::string& title) {
  const std::vector<double> ticks = numbers(hs::linspace(-limit, limit, grid, {.dtype = hs::float64}));
  const Tensor shares = run.predict(grid_points(ticks));
  const std::vector<double> p = numbers(shares);
  if (settings.classes == 2) {
    axes.filled_contours(ticks, ticks, p, {.count = 20, .colormap = fig::rdbu_reversed, .alpha = 0.6});
  } else {
    std::vector<fig::Color> palette, cells;
    // As pale as the contours: 0.6 of the colour over white.
    for (std::int64_t c = 0; c < settings.classes; ++c) {
      const fig::Color pair[] = {color_of(c), {1, 1, 1}};
      const double weights[] = {0.6, 0.4};
      palette.push_back(fig::blend(pair, weights));
    }
    for (std::size_t i = 0; i < p.size(); i += palette.size())
      cells.push_back(fig::blend(palette, std::span(p).subspan(i, palette.size())));
    axes.image(-limit, limit, -limit, limit, grid, grid, cells);
  }
  scatter_classes(axes, settings, data);
  axes.x_limits(-limit, limit)
      .y_limits(-limit, limit)
      .title(title)
      .x_label("x")
      .y_label("y")
      .legend(fig::Location::upper_right);
}

void loss_curve(fig::Axes axes, const Run& run, double loss_floor) {
  axes.line(run.losses, {.label = "Loss"});
  if (loss_floor > 0)
    axes.horizontal_line(loss_floor,
                         {.label = hindsight::formatted("Lowest possible on this data: {:.4f}", loss_floor)});
  axes.y_scale(fig::Scale::log)
      .grid()
      .title("Training loss")
      .x_label("Iteration")
      .y_label("Cross-entropy")
      .legend();
}

std::string accuracy_title(const std::string& what, const Run& run) {
  return run.accuracies.empty()
             ? what
             : hindsight::formatted("{}: accuracy {:.3f}", what, run.accuracies.back().second);
}

}  // namespace

std::vector<std::string> picture_names() {
  std::vector<std::string> names;
  for (const std::string name : {"lesson", "loss", "boundary", "why_depth"})
    for (const char* ending : {".png", ".svg"}) names.push_back(name + ending);
  return names;
}

std::vector<Picture> draw(const Settings& settings, const Start& data, const Run& network,
                          const Run& logistic, double loss_floor) {
  std::vector<Picture> pictures;
  const auto save = [&](const fig::Figure& figure, const std::string& name) {
    const std::vector<std::uint8_t> png = figure.to_png();
    pictures.push_back({name + ".png", std::string(png.begin(), png.end())});
    pictures.push_back({name + ".svg", figure.to_svg()});
  };
  const std::string title = accuracy_title("Decision boundary", network);

  const fig::Figure both(2 * panel_width, panel_height, {.columns = 2});
  loss_curve(both.axes(0, 0), network, loss_floor);
  boundary(both.axes(0, 1), settings, data, network, title);
  save(both, "lesson");

  const fig::Figure loss(panel_width, panel_height);
  loss_curve(loss.axes(), network, loss_floor);
  save(loss, "loss");

  const fig::Figure alone(panel_width, panel_height);
  boundary(alone.axes(), settings, data, network, title);
  save(alone, "boundary");

  const fig::Figure depth(2 * panel_width, panel_height, {.columns = 2});
  boundary(depth.axes(0, 0), settings, data, logistic, accuracy_title("No hidden layer", logistic));
  boundary(depth.axes(0, 1), settings, data, network, accuracy_title("The network", network));
  save(depth, "why_depth");
  return pictures;
}

}  // namespace lesson

#else

namespace lesson {
std::vector<Picture> draw(const Settings&, const Start&, const Run&, const Run&, double) { return {}; }
std::vector<std::string> picture_names() { return {}; }
}  // namespace lesson

#endif
