#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

struct Range {
  std::size_t axis;
  std::int64_t start, stop;

  explicit Range(const Attributes& attributes)
      : axis(static_cast<std::size_t>(attributes.get<std::int64_t>("axis"))),
        start(attributes.get<std::int64_t>("start")),
        stop(attributes.get<std::int64_t>("stop")) {}
};

TensorType rule(Operands in, const Attributes& attributes) {
  const Range range(attributes);
  Shape shape = in[0].shape();
  if (range.start < 0 || range.stop < range.start || range.stop > shape[range.axis])
    fail<IndexError>("entries {} to {} are not within axis {} of shape {}", range.start, range.stop,
                     range.axis, shape.str());
  shape[range.axis] = range.stop - range.start;
  return {shape, in[0].dtype()};
}

Array view(const Array& x, const Attributes& attributes) {
  const Range range(attributes);
  Shape shape = x.shape();
  shape[range.axis] = range.stop - range.start;
  return x.with_layout(std::move(shape), x.strides(), range.start * x.strides()[range.axis]);
}

Tensor vjp(const Tensor& y, const Tensor& g) {
  const Range range(y.attributes());
  return pad(g, static_cast<std::int64_t>(range.axis), range.start, y.input(0).shape()[range.axis]);
}

}  // namespace

namespace rooms {
extern constinit const Op slice = {
    .name = "slice",
    .latex = "{0}_{{start}:{stop}}",
    .text = "{0}[{start}:{stop}]",
    .words = "a run of entries along one axis",
    .binding = Binding::power,
    .rule = rule,
    .view = view,
    .vjps = {vjp},
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({4, 3}, -2, 2)},
               {{"axis", std::int64_t{0}}, {"start", std::int64_t{1}}, {"stop", std::int64_t{3}}}}};
        },
    .onnx = "Slice",
};
}  // namespace rooms

Tensor Tensor::slice(std::int64_t axis, std::int64_t start, std::int64_t stop) const {
  return apply(rooms::slice, {*this},
               {{"axis", static_cast<std::int64_t>(shape().axis(axis))}, {"start", start}, {"stop", stop}});
}

Tensor Tensor::operator[](std::int64_t index) const {
  if (dim() == 0) throw IndexError("a scalar cannot be indexed: read it with item()");
  const std::int64_t from_start = index < 0 ? index + shape()[0] : index;
  if (from_start < 0 || from_start >= shape()[0])
    fail<IndexError>("index {} is out of range for the first axis of shape {}", index, shape().str());
  return slice(0, from_start, from_start + 1)
      .reshape(Shape(std::span<const std::int64_t>(shape().data(), shape().size()).subspan(1)));
}

}  // namespace hindsight
