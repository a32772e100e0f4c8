#include "kernels/matmul.hpp"

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

TensorType rule(Operands in, const Attributes&) {
  const Shape &a = in[0].shape(), &b = in[1].shape();
  if (in[0].dtype() != in[1].dtype() || !is_floating(in[0].dtype()))
    fail<DTypeError>(
        "takes two matrices of float32 or two of float64, and got {} and {}; convert one with .to()",
        name(in[0].dtype()), name(in[1].dtype()));
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
kernels::Matrix<T> matrix(const Array& array) {
  return {array.data<T>(), array.strides()[0], array.strides()[1]};
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

Tensor matmul(const Tensor& a, const Tensor& b) { return apply(rooms::matmul, {a, b}); }
Tensor Tensor::matmul(const Tensor& other) const { return hindsight::matmul(*this, other); }

}  // namespace hindsight
