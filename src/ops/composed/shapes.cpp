// Other shapes of the same numbers, and tensors put together and taken apart.
#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight {

// As in PyTorch a scalar passes for one axis of length 1 wherever an axis is only named.
Tensor Tensor::flatten(std::int64_t start_axis, std::int64_t end_axis) const {
  if (dim() == 0) return reshape({1}).flatten(start_axis, end_axis);
  const std::size_t start = shape().axis(start_axis), end = shape().axis(end_axis);
  if (start > end)
    fail<ShapeError>("flatten: start_axis {} comes after end_axis {} in shape {}", start_axis, end_axis,
                     shape().str());
  Shape flat;
  for (std::size_t i = 0; i < shape().size(); ++i)
    if (i > start && i <= end)
      flat.back() *= shape()[i];
    else
      flat.push_back(shape()[i]);
  return reshape(flat);
}

Tensor Tensor::squeeze() const {
  Shape rest;
  for (const std::int64_t length : shape())
    if (length != 1) rest.push_back(length);
  return reshape(rest);
}

Tensor Tensor::squeeze(std::int64_t axis) const {
  if (dim() == 0 && (axis == 0 || axis == -1)) return *this;
  Shape rest = shape();
  const std::size_t at = shape().axis(axis);
  if (rest[at] != 1) return *this;
  rest.erase(at);
  return reshape(rest);
}

Tensor Tensor::unsqueeze(std::int64_t axis) const {
  Shape longer = shape();
  longer.push_back(1);
  const std::size_t at = longer.axis(axis);
  longer.pop_back();
  longer.insert(at, 1);
  return reshape(longer);
}

Tensor Tensor::expand(const Shape& sizes) const {
  Shape wanted = sizes;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] != -1) continue;
    const std::size_t from_end = sizes.size() - i;
    if (from_end > shape().size())
      fail<ShapeError>("expand: sizes {} have -1 for an axis that shape {} does not have", sizes.str(),
                       shape().str());
    wanted[i] = shape()[shape().size() - from_end];
  }
  return broadcast_to(wanted);
}

// [2, 3] repeated (2, 4) times: [1, 2, 1, 3] stretched to [2, 2, 4, 3], which is [4, 12].
Tensor Tensor::repeat(const Shape& times) const {
  if (times.size() < shape().size())
    fail<ShapeError>("repeat: {} says how often for {} axes, and shape {} has {}", times.str(), times.size(),
                     shape().str(), dim());
  const std::size_t added = times.size() - shape().size();
  Shape apart, stretched, whole;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const std::int64_t length = i < added ? 1 : shape()[i - added];
    apart.push_back(1), apart.push_back(length);
    stretched.push_back(times[i]), stretched.push_back(length);
  }
  stretched.checked();
  for (std::size_t i = 0; i < stretched.size(); i += 2) whole.push_back(stretched[i] * stretched[i + 1]);
  return reshape(apart).broadcast_to(stretched).reshape(whole);
}

Tensor stack(std::span<const Tensor> tensors, std::int64_t axis) {
  if (tensors.empty()) throw ValueError("stack: there is no tensor to stack; give one at least");
  std::vector<Tensor> layers;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].shape() != tensors[0].shape())
      fail<ShapeError>("stack: tensors must have one shape, and input {} is {} where input 0 is {}", i,
                       tensors[i].shape().str(), tensors[0].shape().str());
    layers.push_back(tensors[i].unsqueeze(axis));
  }
  // Counted with the new axis.
  return cat(layers, axis);
}

std::vector<Tensor> Tensor::split(const Shape& sizes, std::int64_t axis) const {
  std::int64_t total = 0;
  for (const std::int64_t size : sizes) {
    if (size < 0) fail<ShapeError>("split: sizes {} may not be negative", sizes.str());
    total += size;
  }
  if (total != size(axis))
    fail<ShapeError>("split: sizes {} add up to {}, and axis {} of shape {} has {} entries", sizes.str(),
                     total, axis, shape().str(), size(axis));
  std::vector<Tensor> pieces;
  std::int64_t start = 0;
  for (const std::int64_t size : sizes) {
    pieces.push_back(narrow(axis, start, size));
    start += size;
  }
  return pieces;
}

std::vector<Tensor> Tensor::split(std::int64_t size, std::int64_t axis) const {
  const std::int64_t length = this->size(axis);
  if (size < 0 || (size == 0 && length > 0))
    fail<ValueError>("split: pieces of {} entries do not make up the {} of axis {}", size, length, axis);
  Shape sizes;
  for (std::int64_t rest = length; rest > 0; rest -= size) sizes.push_back(std::min(size, rest));
  return split(sizes.empty() ? Shape{0} : sizes, axis);
}

std::vector<Tensor> Tensor::chunk(std::int64_t chunks, std::int64_t axis) const {
  if (chunks <= 0) fail<ValueError>("chunk: the number of chunks must be 1 or more, and is {}", chunks);
  const std::int64_t length = size(axis);
  if (length == 0) return split(Shape(static_cast<std::size_t>(chunks), 0), axis);
  return split((length - 1) / chunks + 1, axis);
}

}  // namespace hindsight
