#include "figure/canvas.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include <cairo-svg.h>
#include <cairo.h>

#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hindsight::figure {
namespace {

struct Release {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
  void operator()(cairo_pattern_t* pattern) const { cairo_pattern_destroy(pattern); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

constexpr int most_pixels = 32767;  // cairo's limit for a side of an image
// The time for an image of one line grows with the square of its vertices; longer lines are drawn in pieces.
constexpr std::size_t most_vertices = 512;
constexpr double exponent_scale = 0.7;
constexpr double exponent_rise = 0.38;  // of the base's size: 0.7 of DejaVu's x-height, as TeX's sup1

void require_success(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) return;
  if (status == CAIRO_STATUS_INVALID_STRING)
    throw ValueError("a title, label or legend entry of the figure is not UTF-8: re-encode it");
  fail<Error>("the figure could not be drawn: {}", cairo_status_to_string(status));
}

Owned<cairo_t> context_on(cairo_surface_t* surface, bool raster) {
  Owned<cairo_t> context(cairo_create(surface));
  const Owned<cairo_font_options_t> options(cairo_font_options_create());
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options.get(), raster ? CAIRO_HINT_STYLE_SLIGHT : CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options(context.get(), options.get());
  // Another sans serif takes its place where it is missing.
  cairo_select_font_face(context.get(), "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  return context;
}

/// matplotlib's dash patterns, in multiples of the line width.
std::span<const double> dash_pattern(Dash dash) {
  static constexpr std::array<double, 2> dashed = {3.7, 1.6};
  static constexpr std::array<double, 2> dotted = {1, 1.65};
  static constexpr std::array<double, 4> dash_dot = {6.4, 1.6, 1, 1.6};
  switch (dash) {
    case Dash::dashed:
      return dashed;
    case Dash::dotted:
      return dotted;
    case Dash::dash_dot:
      return dash_dot;
    case Dash::solid:
      break;
  }
  return {};
}

/// On a machine without any font cairo falls back to one of its own, which knows only ASCII.
std::string spelled(cairo_t* context, std::string text) {
  if (cairo_scaled_font_get_type(cairo_get_scaled_font(context)) != CAIRO_FONT_TYPE_USER) return text;
  using Spelling = std::pair<std::string_view, const char*>;
  for (const auto& [symbol, ascii] : {Spelling{"\u2212", "-"}, Spelling{"\u00d7", "x"}})
    for (auto at = text.find(symbol); at != std::string::npos; at = text.find(symbol, at + 1))
      text.replace(at, symbol.size(), ascii);
  return text;
}

cairo_text_extents_t extents_of(cairo_t* context, const std::string& text, double size) {
  cairo_text_extents_t extents{};
  cairo_set_font_size(context, size);
  cairo_text_extents(context, spelled(context, text).c_str(), &extents);
  return extents;
}

double advance(cairo_t* context, const std::string& text, double size) {
  return extents_of(context, text, size).x_advance;
}

}  // namespace

/// A cairo surface, the context that draws on it, and one that measures: text is always measured unhinted at
/// one point a unit, so that PNG and SVG have the same layout.
struct Canvas::Surface {
  Surface(Owned<cairo_surface_t> target, double scale)
      : raster(scale > 0),
        surface(std::move(target)),
        context(context_on(surface.get(), raster)),
        ruler_surface(cairo_recording_surface_create(CAIRO_CONTENT_ALPHA, nullptr)),
        ruler(context_on(ruler_surface.get(), false)) {
    if (raster) cairo_scale(context.get(), scale, scale);
  }

  void set_color(const Color& color) const {
    cairo_set_source_rgba(context.get(), color.red, color.green, color.blue, color.alpha);
  }

  void apply(const Stroke& stroke) const {
    set_color(stroke.color);
    cairo_set_line_width(context.get(), stroke.width);
    std::array<double, 4> dashes{};
    const auto pattern = dash_pattern(stroke.dash);
    std::transform(pattern.begin(), pattern.end(), dashes.begin(),
                   [&](double part) { return part * stroke.width; });
    cairo_set_dash(context.get(), dashes.data(), static_cast<int>(pattern.size()), 0);
    const bool solid = stroke.dash == Dash::solid;
    cairo_set_line_cap(context.get(), solid && !stroke.snap ? CAIRO_LINE_CAP_SQUARE : CAIRO_LINE_CAP_BUTT);
    cairo_set_line_join(context.get(), stroke.snap ? CAIRO_LINE_JOIN_MITER : CAIRO_LINE_JOIN_ROUND);
  }

  /// A line that covers an odd number of pixels is sharp when its middle is a pixel's, an even one on their
  /// border.
  Point snapped(Point p, double width) const {
    if (!raster) return p;
    cairo_user_to_device(context.get(), &p.x, &p.y);
    double pixels = width;
    double unused = 0;
    cairo_user_to_device_distance(context.get(), &pixels, &unused);
    const bool odd = std::lround(pixels) % 2 == 1;
    const auto nearest = [odd](double v) { return odd ? std::floor(v) + 0.5 : std::round(v); };
    p = {nearest(p.x), nearest(p.y)};
    cairo_device_to_user(context.get(), &p.x, &p.y);
    return p;
  }

  void trace(std::span<const Point> line, const Stroke& stroke) const {
    for (const Point& point : line) {
      const Point p = stroke.snap ? snapped(point, stroke.width) : point;
      cairo_line_to(context.get(), p.x, p.y);
    }
  }

  /// In an image the outlines are filled where they fall, since cairo before 1.17.4 rounds each letter's
  /// place to whole pixels; an SVG stores every letter once.
  void draw_letters(const std::string& text, double size, double x, double y) const {
    cairo_set_font_size(context.get(), size);
    cairo_move_to(context.get(), x, y);
    const std::string letters = spelled(context.get(), text);
    if (!raster) {
      cairo_show_text(context.get(), letters.c_str());
      return;
    }
    cairo_text_path(context.get(), letters.c_str());
    cairo_fill(context.get());
  }

  bool raster;
  Owned<cairo_surface_t> surface;
  Owned<cairo_t> context;
  Owned<cairo_surface_t> ruler_surface;
  Owned<cairo_t> ruler;
};

Canvas::Canvas(std::unique_ptr<Surface> surface) : surface_(std::move(surface)) {}
Canvas::~Canvas() = default;
Canvas::Clip::~Clip() { cairo_restore(canvas_.surface_->context.get()); }

Canvas::Clip Canvas::clipped_to(const Rect& rect) {
  cairo_t* context = surface_->context.get();
  cairo_save(context);
  cairo_rectangle(context, rect.left, rect.top, rect.width, rect.height);
  cairo_clip(context);
  return Clip(*this);
}

void Canvas::fill(std::span<const Polygon> polygons, const Color& color) {
  cairo_t* context = surface_->context.get();
  surface_->set_color(color);
  for (const Polygon& polygon : polygons) {
    cairo_new_sub_path(context);
    surface_->trace(polygon, {});
    cairo_close_path(context);
  }
  cairo_set_fill_rule(context, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_fill(context);
}

void Canvas::fill(const Rect& rect, const Color& color) {
  surface_->set_color(color);
  cairo_rectangle(surface_->context.get(), rect.left, rect.top, rect.width, rect.height);
  cairo_fill(surface_->context.get());
}

void Canvas::stroke(std::span<const Point> line, const Stroke& stroke) {
  cairo_t* context = surface_->context.get();
  surface_->apply(stroke);
  const bool divisible = surface_->raster && stroke.dash == Dash::solid && stroke.color.alpha == 1 &&
                         line.size() > most_vertices;
  if (divisible) cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND);
  const std::size_t piece = divisible ? most_vertices : line.size();
  for (std::size_t start = 0; start < line.size(); start += piece) {
    cairo_new_path(context);
    // One vertex further, where the next piece begins: the round ends there look like the round join of a
    // whole line.
    surface_->trace(line.subspan(start, std::min(piece + 1, line.size() - start)), stroke);
    cairo_stroke(context);
  }
}

void Canvas::stroke(const Rect& rect, const Stroke& stroke) {
  const std::array<Point, 4> corners = {{{rect.left, rect.top},
                                         {rect.right(), rect.top},
                                         {rect.right(), rect.bottom()},
                                         {rect.left, rect.bottom()}}};
  surface_->apply(stroke);
  cairo_new_path(surface_->context.get());
  surface_->trace(corners, stroke);
  cairo_close_path(surface_->context.get());
  cairo_stroke(surface_->context.get());
}

void Canvas::rounded_box(const Rect& rect, double radius, const Color& fill, const Stroke& edge) {
  cairo_t* context = surface_->context.get();
  const Point low = surface_->snapped({rect.left, rect.top}, edge.width);
  const Point high = surface_->snapped({rect.right(), rect.bottom()}, edge.width);
  const double quarter = std::acos(-1.0) / 2;
  cairo_new_sub_path(context);
  cairo_arc(context, low.x + radius, low.y + radius, radius, 2 * quarter, 3 * quarter);
  cairo_arc(context, high.x - radius, low.y + radius, radius, 3 * quarter, 4 * quarter);
  cairo_arc(context, high.x - radius, high.y - radius, radius, 0, quarter);
  cairo_arc(context, low.x + radius, high.y - radius, radius, quarter, 2 * quarter);
  cairo_close_path(context);
  surface_->set_color(fill);
  cairo_fill_preserve(context);
  surface_->apply(edge);
  cairo_stroke(context);
}

void Canvas::circle(Point center, double radius, const Color& fill, const Stroke& edge) {
  cairo_t* context = surface_->context.get();
  cairo_new_sub_path(context);
  cairo_arc(context, center.x, center.y, radius, 0, 2 * std::acos(-1.0));
  cairo_close_path(context);
  surface_->set_color(fill);
  cairo_fill_preserve(context);
  surface_->apply(edge);
  if (edge.width > 0)
    cairo_stroke(context);
  else
    cairo_new_path(context);
}

void Canvas::image(const Rect& rect, std::size_t rows, std::size_t columns, std::span<const Color> cells) {
  // A rim that repeats the outer cells, cut off below: interpolation would fade to nothing there.
  const int width = static_cast<int>(columns) + 2;
  const int height = static_cast<int>(rows) + 2;
  const Owned<cairo_surface_t> pixels(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
  require_success(cairo_surface_status(pixels.get()));
  unsigned char* data = cairo_image_surface_get_data(pixels.get());
  const int stride = cairo_image_surface_get_stride(pixels.get());
  const auto byte = [](double part) {
    return static_cast<std::uint32_t>(std::lround(255 * std::clamp(part, 0.0, 1.0)));
  };
  for (int row = 0; row < height; ++row) {
    auto* line = reinterpret_cast<std::uint32_t*>(data + row * stride);
    const auto source_row = static_cast<std::size_t>(std::clamp(row - 1, 0, height - 3));
    for (int column = 0; column < width; ++column) {
      const Color& cell =
          cells[source_row * columns + static_cast<std::size_t>(std::clamp(column - 1, 0, width - 3))];
      line[column] = byte(cell.red) << 16U | byte(cell.green) << 8U | byte(cell.blue);
    }
  }
  cairo_surface_mark_dirty(pixels.get());

  const Clip clip = clipped_to(rect);
  cairo_t* context = surface_->context.get();
  cairo_translate(context, rect.left, rect.top);
  cairo_scale(context, rect.width / static_cast<double>(columns), rect.height / static_cast<double>(rows));
  cairo_set_source_surface(context, pixels.get(), -1, -1);
  cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_BILINEAR);
  cairo_paint(context);
}

TextBox Canvas::measure(const TickLabel& text, double size) const {
  cairo_t* ruler = surface_->ruler.get();
  // The height of every line is that of "lp", so that lines do not dance with their letters.
  const cairo_text_extents_t line = extents_of(ruler, "lp", size);
  TextBox box{advance(ruler, text.base, size), -line.y_bearing, line.height + line.y_bearing};
  if (text.exponent.empty()) return box;
  box.width += advance(ruler, text.exponent, size * exponent_scale);
  box.ascent =
      std::max(box.ascent, size * exponent_rise - extents_of(ruler, "0", size * exponent_scale).y_bearing);
  return box;
}

TextBox Canvas::measure(const std::string& text, double size) const {
  return measure(TickLabel{text, {}}, size);
}

void Canvas::text(const TickLabel& text, Point anchor, const TextStyle& style) {
  cairo_t* context = surface_->context.get();
  cairo_t* ruler = surface_->ruler.get();
  const TextBox box = measure(text, style.size);
  double x = 0;
  if (style.horizontal != Horizontal::left)
    x = style.horizontal == Horizontal::center ? -box.width / 2 : -box.width;
  double y = 0;
  if (style.vertical == Vertical::top) y = box.ascent;
  if (style.vertical == Vertical::bottom) y = -box.descent;
  if (style.vertical == Vertical::center) y = -extents_of(ruler, "0", style.size).y_bearing / 2;

  cairo_save(context);
  surface_->set_color({});
  cairo_translate(context, anchor.x, anchor.y);
  if (style.upwards) cairo_rotate(context, -std::acos(-1.0) / 2);
  if (surface_->raster) {  // a baseline on a pixel's border is sharp
    Point baseline{x, y};
    cairo_user_to_device(context, &baseline.x, &baseline.y);
    (style.upwards ? baseline.x : baseline.y) = std::round(style.upwards ? baseline.x : baseline.y);
    cairo_device_to_user(context, &baseline.x, &baseline.y);
    y = baseline.y;
  }
  surface_->draw_letters(text.base, style.size, x, y);
  if (!text.exponent.empty())
    surface_->draw_letters(text.exponent, style.size * exponent_scale,
                           x + advance(ruler, text.base, style.size), y - style.size * exponent_rise);
  cairo_restore(context);
}

void Canvas::text(const std::string& text, Point anchor, const TextStyle& style) {
  this->text(TickLabel{text, {}}, anchor, style);
}

namespace {

cairo_status_t append(void* bytes, const unsigned char* data, unsigned length) {
  static_cast<std::vector<std::uint8_t>*>(bytes)->insert(
      static_cast<std::vector<std::uint8_t>*>(bytes)->end(), data, data + length);
  return CAIRO_STATUS_SUCCESS;
}

void paint_on(cairo_surface_t* target, double scale, const Painter& painter) {
  require_success(cairo_surface_status(target));
  auto surface =
      std::make_unique<Canvas::Surface>(Owned<cairo_surface_t>(cairo_surface_reference(target)), scale);
  cairo_t* context = surface->context.get();
  cairo_t* ruler = surface->ruler.get();
  Canvas canvas(std::move(surface));
  painter(canvas);
  require_success(cairo_status(context));
  require_success(cairo_status(ruler));
}

}  // namespace

std::vector<std::uint8_t> paint_png(double width, double height, double dpi, const Painter& painter) {
  const double columns = std::round(width / 72 * dpi);
  const double rows = std::round(height / 72 * dpi);
  if (!(columns >= 1 && rows >= 1 && columns <= most_pixels && rows <= most_pixels))
    fail<ValueError>(
        "a figure of {} x {} inches at {} dpi would have {} x {} pixels: each side can have 1 to {}",
        width / 72, height / 72, dpi, columns, rows, most_pixels);
  const Owned<cairo_surface_t> surface(
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(columns), static_cast<int>(rows)));
  paint_on(surface.get(), dpi / 72, painter);
  std::vector<std::uint8_t> bytes;
  require_success(cairo_surface_write_to_png_stream(surface.get(), append, &bytes));
  return bytes;
}

std::string paint_svg(double width, double height, const Painter& painter) {
  std::vector<std::uint8_t> bytes;
  const Owned<cairo_surface_t> surface(cairo_svg_surface_create_for_stream(append, &bytes, width, height));
  paint_on(surface.get(), 0, painter);
  cairo_surface_finish(surface.get());
  require_success(cairo_surface_status(surface.get()));
  return {bytes.begin(), bytes.end()};
}

}  // namespace hindsight::figure
