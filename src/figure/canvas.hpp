#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <hindsight/figure.hpp>

#include "figure/geometry.hpp"
#include "figure/ticks.hpp"

/// The page: shapes and text in points. canvas.cpp is the only file that knows the drawing library.
namespace hindsight::figure {

struct Stroke {
  Color color;
  double width = 1;
  Dash dash = Dash::solid;
  /// Move the line to the middle of the nearest pixels: for horizontal and vertical lines that should look
  /// crisp.
  bool snap = false;
};

enum class Horizontal { left, center, right };
/// Where the anchor lies: on the baseline, half a digit above it, or at the line's upper or lower edge.
enum class Vertical { baseline, center, top, bottom };

struct TextStyle {
  double size = 10;
  Horizontal horizontal = Horizontal::left;
  Vertical vertical = Vertical::baseline;
  bool upwards = false;  ///< turned by 90° to read from below
};

/// A line of text: ascent and descent are the font's, grown by a raised exponent.
struct TextBox {
  double width = 0;
  double ascent = 0;
  double descent = 0;
  double height() const { return ascent + descent; }
};

class Canvas {
 public:
  struct Surface;
  explicit Canvas(std::unique_ptr<Surface> surface);
  ~Canvas();

  /// All polygons as one shape, even-odd: polygons inside others are holes.
  void fill(std::span<const Polygon> polygons, const Color& color);
  void fill(const Rect& rect, const Color& color);
  void stroke(std::span<const Point> line, const Stroke& stroke);
  void stroke(const Rect& rect, const Stroke& stroke);
  void rounded_box(const Rect& rect, double radius, const Color& fill, const Stroke& edge);
  void circle(Point center, double radius, const Color& fill, const Stroke& edge);
  /// Cells row by row from the upper left corner, interpolated between their middles.
  void image(const Rect& rect, std::size_t rows, std::size_t columns, std::span<const Color> cells);

  void text(const TickLabel& text, Point anchor, const TextStyle& style);
  void text(const std::string& text, Point anchor, const TextStyle& style);
  TextBox measure(const TickLabel& text, double size) const;
  TextBox measure(const std::string& text, double size) const;

  /// Drawing stays inside the rectangle as long as the returned object lives.
  class Clip {
   public:
    explicit Clip(Canvas& canvas) : canvas_(canvas) {}
    Clip(const Clip&) = delete;
    Clip& operator=(const Clip&) = delete;
    ~Clip();

   private:
    Canvas& canvas_;
  };
  [[nodiscard]] Clip clipped_to(const Rect& rect);

 private:
  std::unique_ptr<Surface> surface_;
};

using Painter = std::function<void(Canvas&)>;

/// Paints a page of width × height points. Throws ValueError if it has too many pixels or text that is not
/// UTF-8.
std::vector<std::uint8_t> paint_png(double width, double height, double dpi, const Painter& painter);
std::string paint_svg(double width, double height, const Painter& painter);

}  // namespace hindsight::figure
