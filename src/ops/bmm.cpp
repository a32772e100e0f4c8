#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/elementwise.hpp"
#include "ops/shared/matrices.hpp"

namespace hindsight {
namespace {

TensorType rule(Operands in, const Attributes&) {
  require_one_floating_dtype(in);
  const Shape &a = in[0].shape(), &b = in[1].shape();
  if (a.rank() != 3 || b.rank() != 3)
    fail<ShapeError>(
        "takes two batches of matrices, with three axes, and got shapes {} and {}; matmul() takes any",
        a.str(), b.str());
  if (a[0] != b[0] || a[2] != b[1])
    fail<ShapeError>("shapes {} and {} do not fit: they must be [b, m, k] and [b, k, n]", a.str(), b.str());
  return {{a[0], a[1], b[2]}, in[0].dtype()};
}

template <class T>
void forward_as(Operands in, Array& out) {
  const Shape& shape = out.shape();
  for (std::int64_t i = 0; i < shape[0]; ++i)
    kernels::matmul(shape[1], shape[2], in[0].shape()[2], matrix<T>(in[0], i * in[0].strides()[0]),
                    matrix<T>(in[1], i * in[1].strides()[0]),
                    out.mutable_data<T>() + i * shape[1] * shape[2]);
}

}  // namespace

namespace rooms {
extern constinit const Op bmm = {
    .name = "bmm",
    .latex = "{0} {1}",
    .text = "{0} @ {1}",
    .words = "the matrix products of a batch: each matrix of the first with its own of the second",
    .binding = Binding::product,
    .arity = 2,
    .rule = rule,
    .forward =
        [](Operands in, const Attributes&, Array& out) {
          out.dtype() == float32 ? forward_as<float>(in, out) : forward_as<double>(in, out);
        },
    .vjps = {[](const Tensor& y, const Tensor& g) { return hindsight::bmm(g, y.input(1).transpose(1, 2)); },
             [](const Tensor& y, const Tensor& g) { return hindsight::bmm(y.input(0).transpose(1, 2), g); }},
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({2, 3, 4}, -2, 2), elementwise::sample({2, 4, 2}, -2, 2, 1)}}};
        },
    .onnx = "MatMul",
};
}  // namespace rooms

Tensor bmm(const Tensor& a, const Tensor& b) { return apply(rooms::bmm, {a, b}); }

}  // namespace hindsight
