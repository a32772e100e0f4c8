// What is left of a tensor: fillings, triangles, diagonals.
#include <algorithm>
#include <cmath>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight {
namespace {

void require_matrices(const Tensor& x, const char* operation) {
  if (x.dim() < 2)
    fail<ShapeError>("{}: takes matrices, with two axes at least, and got shape {}", operation,
                     x.shape().str());
}

/// Where j − i is at least `least` and at most `most`, for rows i and columns j of the last two axes.
Tensor band(const Tensor& x, std::int64_t least, std::int64_t most) {
  const Tensor difference = arange(x.size(-1)).unsqueeze(0) - arange(x.size(-2)).unsqueeze(1);
  return logical_and(difference >= static_cast<double>(least), difference <= static_cast<double>(most));
}

void require_mask(const Tensor& mask) {
  if (mask.dtype() != boolean)
    fail<DTypeError>("masked_fill: the mask must be bool, and is {}; compare it with something",
                     name(mask.dtype()));
}

}  // namespace

Tensor masked_fill(const Tensor& x, const Tensor& mask, const Tensor& value) {
  require_mask(mask);
  if (value.dim() != 0)
    fail<ShapeError>("masked_fill: the value must be a scalar, and has shape {}; where() takes others",
                     value.shape().str());
  return where(mask, value.to(x.dtype()), x);
}

Tensor Tensor::masked_fill(const Tensor& mask, double value) const {
  require_mask(mask);
  if (!is_floating(dtype()) && value != std::trunc(value))
    fail<DTypeError>("masked_fill: {} cannot stand in a {} tensor; convert it with .to(hs::float32)", value,
                     hindsight::name(dtype()));
  return where(mask, Tensor(Array::full({}, value, dtype())), *this);
}

Tensor Tensor::tril(std::int64_t diagonal) const {
  require_matrices(*this, "tril");
  return where(band(*this, -size(-2), diagonal), *this, Tensor(Array::full({}, 0, dtype())));
}

Tensor Tensor::triu(std::int64_t diagonal) const {
  require_matrices(*this, "triu");
  return where(band(*this, diagonal, size(-1)), *this, Tensor(Array::full({}, 0, dtype())));
}

// In rows of n columns laid end to end, an entry of the diagonal lies n + 1 after the one before it.
Tensor Tensor::diagonal(std::int64_t offset, std::int64_t axis1, std::int64_t axis2) const {
  require_matrices(*this, "diagonal");
  const std::size_t a = shape().axis(axis1), b = shape().axis(axis2);
  if (a == b)
    fail<ValueError>("diagonal: takes two different axes, and {} and {} are the same", axis1, axis2);
  Shape order, rest;
  for (std::size_t i = 0; i < shape().size(); ++i)
    if (i != a && i != b) {
      order.push_back(static_cast<std::int64_t>(i));
      rest.push_back(shape()[i]);
    }
  order.push_back(static_cast<std::int64_t>(a)), order.push_back(static_cast<std::int64_t>(b));
  const std::int64_t rows = shape()[a], columns = shape()[b];
  offset = std::clamp(offset, -rows, columns);
  std::vector<std::int64_t> entries;
  for (std::int64_t i = std::max<std::int64_t>(-offset, 0); i < rows && i + offset < columns; ++i)
    entries.push_back(i * columns + i + offset);
  rest.push_back(rows * columns);
  return permute(order).reshape(rest).index_select(-1, tensor(entries));
}

}  // namespace hindsight
