#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/located.hpp"

namespace hindsight {
namespace {

/// `value` exactly, and the derivatives of `source`.
Tensor with_derivatives_of(const Tensor& source, const Tensor& value) {
  return value.detach() + (source - source.detach());
}

/// How often `index` names each of the rows.
Tensor counts(const Tensor& index, std::int64_t rows, DType dtype) {
  return zeros({rows}, {.dtype = dtype}).scatter_add(0, index, ones(index.shape(), {.dtype = dtype}));
}

}  // namespace

// 1e-7 as in torch.embedding_renorm_.
Tensor embedding_renorm(const Tensor& weight, const Tensor& input, double max_norm, double norm_type) {
  const Tensor length = norm(weight, norm_type, 1, true);
  const Tensor named = counts(input.flatten(), weight.size(0), weight.dtype()).unsqueeze(1) > 0;
  return weight * where(logical_and(named, length > max_norm), max_norm / (length + 1e-7), 1.0);
}

Tensor embedding(const Tensor& input, const Tensor& weight, std::optional<std::int64_t> padding_idx,
                 std::optional<double> max_norm, double norm_type, bool scale_grad_by_freq) {
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
  const Tensor table =
      max_norm ? with_derivatives_of(weight, embedding_renorm(weight.detach(), input, *max_norm, norm_type))
               : weight;
  Tensor chosen = table.index_select(0, index);
  if (scale_grad_by_freq) {
    const Tensor often = counts(index, rows, weight.dtype()).index_select(0, index).unsqueeze(1);
    chosen = with_derivatives_of(chosen / often, chosen);
  }
  if (padding_idx) {
    const std::int64_t padding = *padding_idx < 0 ? *padding_idx + rows : *padding_idx;
    chosen = where((index == static_cast<double>(padding)).unsqueeze(1), chosen.detach(), chosen);
  }
  Shape shape = input.shape();
  shape.push_back(weight.size(1));
  return chosen.reshape(shape);
}

}  // namespace hindsight
