#include <hindsight/ops.hpp>

#include "ops/shared/axes.hpp"

namespace hindsight {
namespace {

/// The entries at `indices`, which kept the axis.
ValuesAndIndices chosen(const Tensor& x, const Tensor& indices, std::int64_t axis, bool keepdim) {
  const Tensor values = x.gather(axis, indices);
  return keepdim ? ValuesAndIndices{values, indices}
                 : ValuesAndIndices{values.squeeze(axis), indices.squeeze(axis)};
}

}  // namespace

ValuesAndIndices Tensor::max(std::int64_t axis, bool keepdim) const {
  return chosen(*this, argmax(axis, true), axis, keepdim);
}

ValuesAndIndices Tensor::min(std::int64_t axis, bool keepdim) const {
  return chosen(*this, argmin(axis, true), axis, keepdim);
}

// With the order reversed, which for integers is −1 − x: −x would overflow at the smallest.
Tensor Tensor::amin(const Axes& axes, bool keepdim) const {
  if (is_floating(dtype())) return -(-*this).amax(axes, keepdim);
  return (-1.0 - (-1.0 - to(int64)).amax(axes, keepdim)).to(dtype());
}

}  // namespace hindsight
