#include "ops/shared/axes.hpp"

#include <algorithm>

#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hindsight {
namespace {

bool contains(const Shape& axes, std::size_t axis) {
  return std::find(axes.begin(), axes.end(), static_cast<std::int64_t>(axis)) != axes.end();
}

}  // namespace

Shape sorted_axes(const Shape& shape, const Axes& axes) {
  Shape result;
  if (!axes.named()) {
    for (std::int64_t i = 0; i < shape.rank(); ++i) result.push_back(i);
    return result;
  }
  for (const std::int64_t axis : *axes.named()) {
    if (shape.empty() && (axis == 0 || axis == -1)) continue;
    const std::size_t at = shape.axis(axis);
    if (contains(result, at)) fail<IndexError>("axes {} name axis {} twice", axes.named()->str(), axis);
    result.push_back(static_cast<std::int64_t>(at));
  }
  std::sort(result.begin(), result.end());
  return result;
}

void require_entries(const Shape& shape, const Shape& axes) {
  for (const std::int64_t axis : axes)
    if (shape[static_cast<std::size_t>(axis)] == 0)
      fail<ShapeError>("axis {} of shape {} has no entries to choose from", axis, shape.str());
}

Shape kept_shape(const Shape& shape, const Shape& axes) {
  Shape kept = shape;
  for (const std::int64_t axis : axes) kept[static_cast<std::size_t>(axis)] = 1;
  return kept;
}

Shape reduced_shape(const Shape& shape, const Attributes& attributes) {
  const Shape& axes = attributes.get<Shape>("axes");
  if (attributes.get<bool>("keepdim")) return kept_shape(shape, axes);
  Shape rest;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (!contains(axes, i)) rest.push_back(shape[i]);
  return rest;
}

Folded fold(const Array& array, const Shape& axes) {
  const Shape& shape = array.shape();
  Folded folded{{}, 1, 1, 1};
  for (const std::int64_t axis : axes) folded.length *= shape[static_cast<std::size_t>(axis)];
  const bool neighbours = axes.empty() || axes.back() - axes[0] + 1 == static_cast<std::int64_t>(axes.size());
  if (neighbours && array.is_contiguous()) {
    for (std::size_t i = 0; i < shape.size(); ++i)
      if (!contains(axes, i))
        (!axes.empty() && static_cast<std::int64_t>(i) > axes[0] ? folded.inner : folded.outer) *= shape[i];
    folded.array = array;
    return folded;
  }
  Shape order;  // kept axes first, reduced ones last
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (!contains(axes, i)) {
      order.push_back(static_cast<std::int64_t>(i));
      folded.outer *= shape[i];
    }
  for (const std::int64_t axis : axes) order.push_back(axis);
  folded.array = array.permuted(order).contiguous();
  return folded;
}

}  // namespace hindsight
