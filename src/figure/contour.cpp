#include "figure/contour.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <unordered_map>

namespace hindsight::figure {
namespace {

/// A vertex of the boundary: a grid point, or the point where the level crosses the grid line from there to
/// the right or upwards. Identities, not coordinates, are compared, so polygons close without tolerances.
enum class Site : std::size_t { grid_point, crossing_right, crossing_up };

/// Walks the cells and emits the boundary of the region as directed segments with the region on their left.
class Boundary {
 public:
  Boundary(const Field& field, double level) : field_(field), level_(level), columns_(field.x.size()) {
    for (std::size_t row = 0; row + 1 < field.y.size(); ++row)
      for (std::size_t column = 0; column + 1 < columns_; ++column)
        if (is_cell(row, column)) trace_cell(row, column);
  }

  std::vector<Polygon> polygons() {
    std::vector<Polygon> closed;
    // In the order of the cells, so that the result does not depend on the hash table.
    for (const std::size_t start : starts_) {
      if (!next_.contains(start)) continue;
      Polygon polygon;
      std::size_t vertex = start;
      for (auto found = next_.find(vertex); found != next_.end(); found = next_.find(vertex)) {
        polygon.push_back(position(vertex));
        vertex = found->second;
        next_.erase(found);
      }
      closed.push_back(std::move(polygon));
    }
    return closed;
  }

 private:
  bool is_cell(std::size_t row, std::size_t column) const {
    if (row + 1 >= field_.y.size() || column + 1 >= columns_) return false;
    const std::size_t corner = row * columns_ + column;
    return std::isfinite(field_.z[corner]) && std::isfinite(field_.z[corner + 1]) &&
           std::isfinite(field_.z[corner + columns_]) && std::isfinite(field_.z[corner + columns_ + 1]);
  }

  static std::size_t vertex_at(std::size_t corner, Site site) {
    return corner * 3 + static_cast<std::size_t>(site);
  }

  Point position(std::size_t vertex) const {
    const std::size_t corner = vertex / 3;
    const std::size_t row = corner / columns_;
    const std::size_t column = corner % columns_;
    const Point here{field_.x[column], field_.y[row]};
    const auto fraction = [&](std::size_t other) {
      return (level_ - field_.z[corner]) / (field_.z[other] - field_.z[corner]);
    };
    switch (static_cast<Site>(vertex % 3)) {
      case Site::crossing_right:
        return {here.x + fraction(corner + 1) * (field_.x[column + 1] - here.x), here.y};
      case Site::crossing_up:
        return {here.x, here.y + fraction(corner + columns_) * (field_.y[row + 1] - here.y)};
      default:
        return here;
    }
  }

  void add(std::size_t from, std::size_t to) {
    next_.emplace(from, to);
    starts_.push_back(from);
  }

  void trace_cell(std::size_t row, std::size_t column) {
    const std::size_t corner = row * columns_ + column;
    // Corners and sides counterclockwise; side k runs from corner k to corner k + 1.
    const std::array<std::size_t, 4> corners = {corner, corner + 1, corner + columns_ + 1, corner + columns_};
    const std::array<std::size_t, 4> crossings = {
        vertex_at(corner, Site::crossing_right), vertex_at(corner + 1, Site::crossing_up),
        vertex_at(corner + columns_, Site::crossing_right), vertex_at(corner, Site::crossing_up)};
    const std::array<bool, 4> open = {row == 0 || !is_cell(row - 1, column), !is_cell(row, column + 1),
                                      !is_cell(row + 1, column), column == 0 || !is_cell(row, column - 1)};
    std::array<bool, 4> inside{};
    double sum = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      inside[k] = field_.z[corners[k]] >= level_;
      sum += field_.z[corners[k]];
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t next = (k + 1) % 4;
      if (inside[k] && !inside[next]) add(crossings[k], entry_after(k, crossings, inside, sum / 4 >= level_));
      if (open[k] && (inside[k] || inside[next]))
        add(inside[k] ? vertex_at(corners[k], Site::grid_point) : crossings[k],
            inside[next] ? vertex_at(corners[next], Site::grid_point) : crossings[k]);
    }
  }

  /// The region's boundary leaves the cell's rim on side `exit`; this is where it meets the rim again.
  static std::size_t entry_after(std::size_t exit, const std::array<std::size_t, 4>& crossings,
                                 const std::array<bool, 4>& inside, bool center_inside) {
    const std::size_t opposite = (exit + 2) % 4;
    const bool saddle = inside[opposite] && !inside[(exit + 3) % 4];
    if (saddle) return crossings[(exit + (center_inside ? 1 : 3)) % 4];
    std::size_t side = exit;
    do side = (side + 1) % 4;
    while (inside[side] || !inside[(side + 1) % 4]);
    return crossings[side];
  }

  const Field& field_;
  double level_;
  std::size_t columns_;
  std::unordered_multimap<std::size_t, std::size_t> next_;
  std::vector<std::size_t> starts_;
};

}  // namespace

std::vector<Polygon> region_above(const Field& field, double level) {
  return Boundary(field, level).polygons();
}

}  // namespace hindsight::figure
