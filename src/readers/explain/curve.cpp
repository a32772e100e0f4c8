// The error of a numerical derivative against its step as a picture: the U-curve, both axes logarithmic.
#include <algorithm>
#include <cmath>

#include <hindsight/explain.hpp>

#include "base/format.hpp"

namespace hindsight::explain {
namespace {

constexpr double width = 640, height = 400, left = 64, right = 16, top = 40, bottom = 48;
constexpr const char* colors[] = {"#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e"};

/// Whole powers of ten around some numbers.
struct Decades {
  double first = 1e9, last = -1e9;

  void include(double value) {
    first = std::min(first, std::floor(std::log10(value)));
    last = std::max(last, std::ceil(std::log10(value)));
  }
  double share(double value) const { return (std::log10(value) - first) / std::max(1.0, last - first); }
};

class Plot {
 public:
  explicit Plot(const std::vector<Curve>& curves) {
    for (const Curve& curve : curves)
      for (const StepError& e : curve.errors)
        if (e.error > 0) x_.include(e.h), y_.include(e.error);
    axes();
    for (std::size_t i = 0; i < curves.size(); ++i) line(curves[i], i);
  }

  std::string str() const {
    return formatted(
               R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" )"
               R"(font-family="sans-serif" font-size="12">)",
               width, height) +
           formatted("\n<rect width=\"{}\" height=\"{}\" fill=\"#ffffff\"/>\n{}</svg>\n", width, height,
                     body_);
  }

 private:
  double x_of(double h) const { return left + x_.share(h) * (width - left - right); }
  double y_of(double error) const { return height - bottom - y_.share(error) * (height - top - bottom); }

  void text(double x, double y, const char* anchor, const std::string& words) {
    body_ +=
        formatted(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>)", x, y, anchor, words) + '\n';
  }
  void grid(double x1, double y1, double x2, double y2) {
    body_ += formatted(R"(<path d="M{:.1f} {:.1f}L{:.1f} {:.1f}" stroke="#dddddd"/>)", x1, y1, x2, y2) + '\n';
  }

  void axes() {
    const auto step = [](const Decades& d) { return std::max(1.0, std::ceil((d.last - d.first) / 8)); };
    for (double d = x_.first; d <= x_.last; d += step(x_)) {
      const double x = x_of(std::pow(10, d));
      grid(x, top, x, height - bottom);
      text(x, height - bottom + 16, "middle", formatted("1e{:.0f}", d));
    }
    for (double d = y_.first; d <= y_.last; d += step(y_)) {
      const double y = y_of(std::pow(10, d));
      grid(left, y, width - right, y);
      text(left - 6, y + 4, "end", formatted("1e{:.0f}", d));
    }
    text(left, 24, "start", "The error of (f(x+h) - f(x-h)) / 2h");
    text((left + width - right) / 2, height - 12, "middle", "step h");
  }

  void line(const Curve& curve, std::size_t i) {
    const char* color = colors[i % std::size(colors)];
    std::string path;
    for (const StepError& e : curve.errors)
      if (e.error > 0)
        path += formatted("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x_of(e.h), y_of(e.error));
    body_ += formatted(R"(<path d="{}" fill="none" stroke="{}" stroke-width="2"/>)", path, color) + '\n';
    body_ += formatted(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="end" fill="{}">by {}</text>)",
                       width - right, 24 + 14 * static_cast<double>(i), color, curve.variable) +
             '\n';
  }

  Decades x_, y_;
  std::string body_;
};

}  // namespace

std::string to_svg(const std::vector<Curve>& curves) { return Plot(curves).str(); }

}  // namespace hindsight::explain
