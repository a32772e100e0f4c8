#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

TensorType rule(Operands in, const Attributes& attributes) {
  const Shape &from = in[0].shape(), &to = attributes.get<Shape>("shape");
  bool fits = from.size() <= to.size();
  for (std::size_t i = 0; fits && i < from.size(); ++i) {
    const std::int64_t length = from[from.size() - 1 - i];
    fits = length == 1 || length == to[to.size() - 1 - i];
  }
  if (!fits)
    fail<ShapeError>("{} does not stretch to {}: counted from the last, each axis must be equal or 1",
                     from.str(), to.str());
  return {to, in[0].dtype()};
}

/// What was repeated adds up: the sum over the axes that the broadcast made or stretched.
Tensor vjp(const Tensor& y, const Tensor& g) {
  const Shape &from = y.input(0).shape(), &to = y.shape();
  const std::size_t added = to.size() - from.size();
  Shape axes;
  for (std::size_t i = 0; i < to.size(); ++i)
    if (i < added || from[i - added] != to[i]) axes.push_back(static_cast<std::int64_t>(i));
  return sum(g, axes).reshape(from);
}

}  // namespace

namespace rooms {
extern constinit const Op broadcast_to = {
    .name = "broadcast_to",
    .latex = "{0}",
    .text = "{0}",
    .words = "the same numbers, repeated along new or stretched axes",
    .binding = Binding::call,
    .rule = rule,
    .view = [](const Array& x,
               const Attributes& attributes) { return x.broadcast_to(attributes.get<Shape>("shape")); },
    .vjps = {vjp},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 1}, -2, 2)}, {{"shape", Shape{2, 3, 4}}}},
                                     {{elementwise::sample({}, -2, 2)}, {{"shape", Shape{5}}}}};
        },
    .onnx = "Expand",
};
}  // namespace rooms

Tensor Tensor::broadcast_to(const Shape& shape) const {
  return shape == this->shape() ? *this : apply(rooms::broadcast_to, {*this}, {{"shape", shape}});
}

}  // namespace hindsight
