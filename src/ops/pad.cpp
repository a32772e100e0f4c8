#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "array/strided.hpp"
#include "base/format.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

struct Place {
  std::size_t axis;
  std::int64_t start, length;

  explicit Place(const Attributes& attributes)
      : axis(static_cast<std::size_t>(attributes.get<std::int64_t>("axis"))),
        start(attributes.get<std::int64_t>("start")),
        length(attributes.get<std::int64_t>("length")) {}
};

TensorType rule(Operands in, const Attributes& attributes) {
  const Place place(attributes);
  Shape shape = in[0].shape();
  if (place.start < 0 || place.length < shape[place.axis] || place.start > place.length - shape[place.axis])
    fail<IndexError>("{} entries from {} on do not fit into {} along axis {}", shape[place.axis], place.start,
                     place.length, place.axis);
  shape[place.axis] = place.length;
  return {shape, in[0].dtype()};
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  const Place place(attributes);
  dispatch(out.dtype(), [&](auto zero) {
    using T = decltype(zero);
    T* to = out.mutable_data<T>();
    std::fill_n(to, out.elements(), T(0));
    const Array x = in[0].contiguous();
    const T* from = x.data<T>();
    for_each_offset(x.shape(), out.strides(),
                    [&](std::int64_t at) { to[at + place.start * out.strides()[place.axis]] = *from++; });
  });
}

Tensor vjp(const Tensor& y, const Tensor& g) {
  const Place place(y.attributes());
  return g.slice(static_cast<std::int64_t>(place.axis), place.start,
                 place.start + y.input(0).shape()[place.axis]);
}

}  // namespace

namespace rooms {
extern constinit const Op pad = {
    .name = "pad",
    .latex = R"(\operatorname{pad}\left({0}\right))",
    .text = "pad({0})",
    .words = "the input within zeros",
    .rule = rule,
    .forward = forward,
    .vjps = {vjp},
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({2, 3}, -2, 2)},
               {{"axis", std::int64_t{1}}, {"start", std::int64_t{1}}, {"length", std::int64_t{5}}}}};
        },
    .onnx = "Pad",
};
}  // namespace rooms

Tensor pad(const Tensor& x, std::int64_t axis, std::int64_t start, std::int64_t length) {
  return apply(
      rooms::pad, {x},
      {{"axis", static_cast<std::int64_t>(x.shape().axis(axis))}, {"start", start}, {"length", length}});
}

}  // namespace hindsight
