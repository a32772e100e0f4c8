#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/located.hpp"

namespace hindsight {

Tensor embedding(const Tensor& input, const Tensor& weight, std::optional<std::int64_t> padding_idx) {
  if (input.dtype() != int64)
    fail<DTypeError>("{}: takes int64 indices, and got {}; convert them with .to(hs::int64)",
                     located("embedding"), name(input.dtype()));
  if (weight.dim() != 2)
    fail<ShapeError>("{}: takes a weight [rows, features], and its weight has shape {}", located("embedding"),
                     weight.shape().str());
  const std::int64_t rows = weight.size(0);
  if (padding_idx && (*padding_idx < -rows || *padding_idx >= rows))
    fail<ValueError>("{}: padding_idx is {} and must name one of the {} rows of the weight",
                     located("embedding"), *padding_idx, rows);
  const Tensor index = input.flatten();
  Tensor chosen = weight.index_select(0, index);
  if (padding_idx) {
    const std::int64_t padding = *padding_idx < 0 ? *padding_idx + rows : *padding_idx;
    chosen = where((index == static_cast<double>(padding)).unsqueeze(1), chosen.detach(), chosen);
  }
  Shape shape = input.shape();
  shape.push_back(weight.size(1));
  return chosen.reshape(shape);
}

}  // namespace hindsight
