#include <hindsight/ops.hpp>

#include "ops/shared/axes.hpp"

namespace hindsight {
namespace {

/// The product along the first axis, by halves: log₂ n products of ever shorter tensors. So every derivative
/// is a sum of products of the other factors, and a factor of 0 needs no care at any order.
Tensor product(Tensor x) {
  Tensor odd;
  while (x.size(0) > 1) {
    const std::int64_t half = x.size(0) / 2;
    if (x.size(0) % 2 == 1) odd = odd.defined() ? odd * x.narrow(0, 2 * half, 1) : x.narrow(0, 2 * half, 1);
    x = x.narrow(0, 0, half) * x.narrow(0, half, half);
  }
  return odd.defined() ? x * odd : x;
}

}  // namespace

Tensor Tensor::prod(const Axes& axes, bool keepdim) const {
  const Shape reduced = sorted_axes(shape(), axes), kept = kept_shape(shape(), reduced);
  const Shape result = reduced_shape(shape(), {{"axes", reduced}, {"keepdim", keepdim}});
  const Tensor numbers = dtype() == boolean ? to(int64) : *this;
  Shape order = reduced;  // those first
  for (std::int64_t i = 0; i < dim(); ++i)
    if (std::find(reduced.begin(), reduced.end(), i) == reduced.end()) order.push_back(i);
  std::int64_t factors = 1;
  for (const std::int64_t axis : reduced) factors *= shape()[static_cast<std::size_t>(axis)];
  if (factors == 0) return ones(result, {.dtype = numbers.dtype()});
  return product(numbers.permute(order).reshape({factors, kept.elements()})).reshape(result);
}

}  // namespace hindsight
