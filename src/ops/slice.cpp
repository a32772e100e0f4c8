#include <algorithm>

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

// As Python slices: counted from the end when negative, cut off at both ends. Steps pick single entries.
Tensor Tensor::slice(std::int64_t axis, std::int64_t start, std::int64_t stop, std::int64_t step) const {
  if (step <= 0) fail<ValueError>("slice: the step must be 1 or more, and is {}; flip() reverses", step);
  const std::int64_t length = size(axis);
  const auto within = [&](std::int64_t i) {
    return std::clamp<std::int64_t>(i < 0 ? i + length : i, 0, length);
  };
  const std::int64_t first = within(start), end = std::max(within(stop), first);
  if (step > 1) {
    std::vector<std::int64_t> picked;
    for (std::int64_t i = 0; i <= (end - 1 - first) / step && first < end; ++i)
      picked.push_back(first + i * step);
    return index_select(axis, tensor(picked));
  }
  return narrow(axis, first, end - first);
}

Tensor Tensor::narrow(std::int64_t axis, std::int64_t start, std::int64_t length) const {
  const auto at = static_cast<std::int64_t>(shape().axis(axis));
  const std::int64_t first = start < 0 ? start + size(at) : start;
  if (length < 0 || first < 0 || length > size(at) || first > size(at) - length)
    fail<IndexError>("narrow: {} entries from {} on are not within axis {} of shape {}", length, start, at,
                     shape().str());
  return apply(rooms::slice, {*this}, {{"axis", at}, {"start", first}, {"stop", first + length}});
}

Tensor Tensor::select(std::int64_t axis, std::int64_t index) const {
  if (dim() == 0) throw IndexError("a scalar cannot be indexed: read it with item()");
  const std::size_t at = shape().axis(axis);
  const std::int64_t from_start = index < 0 ? index + shape()[at] : index;
  if (from_start < 0 || from_start >= shape()[at])
    fail<IndexError>("index {} is out of range for axis {} of shape {}", index, at, shape().str());
  Shape rest = shape();
  rest.erase(at);
  return narrow(axis, from_start, 1).reshape(rest);
}

Tensor Tensor::operator[](std::int64_t index) const { return select(0, index); }

}  // namespace hindsight
