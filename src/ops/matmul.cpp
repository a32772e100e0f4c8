#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/elementwise.hpp"
#include "ops/shared/matrices.hpp"

namespace hindsight {
namespace {

TensorType rule(Operands in, const Attributes&) {
  const Shape &a = in[0].shape(), &b = in[1].shape();
  require_one_floating_dtype(in);
  if (a.rank() != 2 || b.rank() != 2)
    fail<ShapeError>("takes two matrices, and got shapes {} and {}; reshape them to two axes", a.str(),
                     b.str());
  if (a[1] != b[0])
    fail<ShapeError>(
        "shapes {} and {} do not fit: the {} columns of the first meet the {} rows of the second", a.str(),
        b.str(), a[1], b[0]);
  return {{a[0], b[1]}, in[0].dtype()};
}

template <class T>
void forward_as(Operands in, Array& out) {
  kernels::matmul(out.shape()[0], out.shape()[1], in[0].shape()[1], matrix<T>(in[0]), matrix<T>(in[1]),
                  out.mutable_data<T>());
}

/// ∂y[i, j]/∂a[i, k] = b[k, j] and ∂y[i, j]/∂b[k, j] = a[i, k].
std::vector<LocalDerivative> local(const Tensor& y, std::int64_t element) {
  const Array &a = y.input(0).array(), &b = y.input(1).array();
  const std::int64_t depth = a.shape()[1], columns = b.shape()[1];
  const std::int64_t i = element / columns, j = element % columns;
  std::vector<LocalDerivative> derivatives;
  for (std::int64_t k = 0; k < depth; ++k) derivatives.push_back({0, i * depth + k, b.at(k * columns + j)});
  for (std::int64_t k = 0; k < depth; ++k) derivatives.push_back({1, k * columns + j, a.at(i * depth + k)});
  return derivatives;
}

}  // namespace

namespace rooms {
extern constinit const Op matmul = {
    .name = "matmul",
    .latex = "{0} {1}",
    .text = "{0} @ {1}",
    .words = "the matrix product: rows of the first times columns of the second",
    .binding = Binding::product,
    .arity = 2,
    .rule = rule,
    .forward =
        [](Operands in, const Attributes&, Array& out) {
          out.dtype() == float32 ? forward_as<float>(in, out) : forward_as<double>(in, out);
        },
    .vjps = {[](const Tensor& y, const Tensor& g) { return hindsight::matmul(g, y.input(1).t()); },
             [](const Tensor& y, const Tensor& g) { return hindsight::matmul(y.input(0).t(), g); }},
    .local = local,
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 4}, -2, 2), elementwise::sample({4, 2}, -2, 2, 1)}}};
        },
    .onnx = "MatMul",
};
}  // namespace rooms

namespace {

void require_fit(const Tensor& a, const Tensor& b) {
  if (a.dim() == 0 || b.dim() == 0)
    fail<ShapeError>("matmul: takes tensors with an axis at least, and got shapes {} and {}; write a * b",
                     a.shape().str(), b.shape().str());
  const std::int64_t columns = a.size(-1), rows = b.size(b.dim() == 1 ? 0 : -2);
  if (columns != rows)
    fail<ShapeError>(
        "matmul: shapes {} and {} do not fit: rows of {} of the first meet columns of {} of the second",
        a.shape().str(), b.shape().str(), columns, rows);
}

/// All axes but the last `without`, then two more.
Shape stacked(const Shape& shape, std::size_t without, std::int64_t rows, std::int64_t columns) {
  Shape result(std::span(shape.data(), shape.size() - without));
  result.push_back(rows), result.push_back(columns);
  return result;
}

/// Each matrix with its own, the axes before the last two stretched to fit.
Tensor batched(const Tensor& a, const Tensor& b) {
  const auto leading = [](const Tensor& x) {
    return Shape(std::span(x.shape().data(), x.shape().size() - 2));
  };
  const Shape batch = broadcast(leading(a), leading(b), "matmul");
  const auto matrices = [&](const Tensor& x) {
    return x.broadcast_to(stacked(batch, 0, x.size(-2), x.size(-1)))
        .reshape({batch.elements(), x.size(-2), x.size(-1)});
  };
  return bmm(matrices(a), matrices(b)).reshape(stacked(batch, 0, a.size(-2), b.size(-1)));
}

}  // namespace

// One matrix on the right meets all rows on the left at once: that is one product.
Tensor matmul(const Tensor& a, const Tensor& b) {
  if (a.dim() == 2 && b.dim() == 2) return apply(rooms::matmul, {a, b});
  require_fit(a, b);
  if (a.dim() == 1) return matmul(a.unsqueeze(0), b).squeeze(b.dim() == 1 ? 0 : -2);
  if (b.dim() == 1) return matmul(a, b.unsqueeze(1)).squeeze(-1);
  if (b.dim() > 2) return batched(a, b);
  const Tensor rows =
      a.reshape({Shape(std::span(a.shape().data(), a.shape().size() - 1)).elements(), a.size(-1)});
  return matmul(rows, b).reshape(stacked(a.shape(), 2, a.size(-2), b.size(-1)));
}

Tensor Tensor::matmul(const Tensor& other) const { return hindsight::matmul(*this, other); }

}  // namespace hindsight
