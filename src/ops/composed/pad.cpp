#include <algorithm>
#include <limits>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight {
namespace {

/// What stands at position i, which may lie outside [0, n): torch.nn.ReflectionPad1d and its like say how.
std::int64_t mirrored(std::int64_t i, std::int64_t n) { return i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i; }
std::int64_t nearest(std::int64_t i, std::int64_t n) { return std::clamp<std::int64_t>(i, 0, n - 1); }
std::int64_t around(std::int64_t i, std::int64_t n) { return ((i % n) + n) % n; }

using Place = std::int64_t (*)(std::int64_t i, std::int64_t n);

/// The function of that name, and how much padding it can make of n entries.
Place place_of(std::string_view mode, std::int64_t n, std::int64_t& most) {
  most = mode == "reflect"    ? n - 1
         : mode == "circular" ? n
         : n > 0              ? std::numeric_limits<std::int64_t>::max()
                              : 0;
  if (mode == "reflect") return mirrored;
  if (mode == "replicate") return nearest;
  if (mode == "circular") return around;
  fail<ValueError>(R"(pad: there is no mode "{}"; take "constant", "reflect", "replicate" or "circular")",
                   mode);
}

Tensor without(const Tensor& x, std::int64_t axis, std::int64_t first, std::int64_t last) {
  return first + last > 0 ? x.narrow(axis, first, x.size(axis) - first - last) : x;
}

Tensor from_itself(const Tensor& x, std::int64_t axis, std::int64_t before, std::int64_t after,
                   std::string_view mode) {
  if (mode == "circular" && std::min(before, after) < 0)  // what was cut off does not come around
    return from_itself(
        without(x, axis, std::max<std::int64_t>(-before, 0), std::max<std::int64_t>(-after, 0)), axis,
        std::max<std::int64_t>(before, 0), std::max<std::int64_t>(after, 0), mode);
  const std::int64_t n = x.size(axis);
  std::int64_t most = 0;
  const Place place = place_of(mode, n, most);
  if (before > most || after > most)
    fail<ShapeError>("pad: {} and {} more entries along axis {} of shape {} are too many for mode \"{}\"",
                     before, after, axis, x.shape().str(), mode);
  std::vector<std::int64_t> entries;
  for (std::int64_t i = -before; i < n + after; ++i) entries.push_back(place(i, n));
  return x.index_select(axis, tensor(entries));
}

/// Within zeros; negative padding cuts off.
Tensor with_zeros(const Tensor& x, std::int64_t axis, std::int64_t before, std::int64_t after) {
  const Tensor kept = without(x, axis, std::max<std::int64_t>(-before, 0), std::max<std::int64_t>(-after, 0));
  const std::int64_t start = std::max<std::int64_t>(before, 0);
  return pad(kept, axis, start, start + kept.size(axis) + std::max<std::int64_t>(after, 0));
}

}  // namespace

Tensor pad(const Tensor& x, const Shape& padding, std::string_view mode, double value) {
  if (padding.size() % 2 != 0 || padding.size() > 2 * x.shape().size())
    fail<ShapeError>("pad: {} must hold (before, after) for up to {} axes, from the last one", padding.str(),
                     x.dim());
  for (const std::int64_t entries : padding) Shape{entries < 0 ? -(entries + 1) : entries}.checked();
  const bool constant = mode == "constant", filled = constant && value != 0;
  Tensor result = x, inside = filled ? ones(x.shape(), {.dtype = boolean}) : Tensor();
  for (std::size_t i = 0; i < padding.size(); i += 2) {
    const std::int64_t axis = x.dim() - 1 - static_cast<std::int64_t>(i / 2), before = padding[i],
                       after = padding[i + 1];
    if (before == 0 && after == 0) continue;
    if (before + after < -x.size(axis))
      fail<ShapeError>("pad: {} cuts off more than the {} entries of axis {} of shape {}", padding.str(),
                       x.size(axis), axis, x.shape().str());
    result =
        constant ? with_zeros(result, axis, before, after) : from_itself(result, axis, before, after, mode);
    if (filled) inside = with_zeros(inside, axis, before, after);
  }
  return filled ? result.masked_fill(logical_not(inside), value) : result;
}

}  // namespace hindsight
