#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(bool condition, S yes, S no) const {
    return condition ? yes : no;
  }
};

TensorType rule(Operands in, const Attributes&) {
  if (in[0].dtype() != boolean)
    fail<DTypeError>("its condition must be bool, and is {}; compare it with something", name(in[0].dtype()));
  if (in[1].type() != in[2].type() || in[0].shape() != in[1].shape())
    fail<ShapeError>("its inputs must have one shape, and are {}, {} and {}", in[0].shape().str(),
                     in[1].shape().str(), in[2].shape().str());
  return in[1].type();
}

void forward(Operands in, const Attributes&, Array& out) {
  dispatch(out.dtype(), [&](auto zero) {
    using T = decltype(zero);
    kernels::map(Body(), out.shape(), out.mutable_data<T>(), elementwise::strided<bool>(in[0]),
                 elementwise::strided<T>(in[1]), elementwise::strided<T>(in[2]));
  });
}

}  // namespace

// The cotangent is chosen, not multiplied by 0 or 1: an infinite one must not turn into NaN on the other
// side.
namespace rooms {
extern constinit const Op where = {
    .name = "where",
    .latex = R"(\begin{cases} {1} & {0} \\ {2} & \text{otherwise} \end{cases})",
    .text = "where({0}, {1}, {2})",
    .words = "the second where the first holds, else the third",
    .arity = 3,
    .elementwise = true,
    .rule = rule,
    .forward = forward,
    .vjps = {nullptr,
             [](const Tensor& y, const Tensor& g) {
               return hindsight::where(y.input(0), g, elementwise::zeros_like(g));
             },
             [](const Tensor& y, const Tensor& g) {
               return hindsight::where(y.input(0), elementwise::zeros_like(g), g);
             }},
    .samples =
        [] {
          const Tensor x = elementwise::sample({3, 2}, -2, 2);
          return std::vector<Sample>{
              {{x > 0.1, elementwise::sample({3, 2}, -2, 2, 1), elementwise::sample({3, 2}, -2, 2, 2)}}};
        },
    .onnx = "Where",
};
}  // namespace rooms

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  auto [x, y] = meet(a, b, "where");
  const Shape shape = broadcast(condition.shape(), x.shape(), "where");
  return apply(rooms::where, {condition.broadcast_to(shape), x.broadcast_to(shape), y.broadcast_to(shape)});
}

Tensor where(const Tensor& condition, const Tensor& a, double b) {
  return where(condition, a, constant_like(a, b));
}
Tensor where(const Tensor& condition, double a, const Tensor& b) {
  return where(condition, constant_like(b, a), b);
}

}  // namespace hindsight
