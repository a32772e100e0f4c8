#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/picks.hpp"

namespace hindsight {
namespace {

TensorType rule(Operands in, const Attributes& attributes) {
  require_index(in[0], in[1], picked_axis(attributes));
  if (in[1].shape() != in[2].shape())
    fail<ShapeError>("an index of shape {} meets numbers of shape {}, which must have as many",
                     in[1].shape().str(), in[2].shape().str());
  if (in[0].dtype() != in[2].dtype() || in[0].dtype() == boolean)
    fail<DTypeError>("adds numbers of one dtype, and got {} and {}; convert one with .to()",
                     name(in[0].dtype()), name(in[2].dtype()));
  return in[0].type();
}

template <class T>
void forward_as(Operands in, std::size_t axis, Array& out) {
  T* to = out.mutable_data<T>();
  for_each_offset(
      in[0].shape(), in[0].strides(),
      [&, from = in[0].data<T>(), at = to](std::int64_t offset) mutable { *at++ = from[offset]; });
  const Array added = in[2].contiguous();
  const T* from = added.data<T>();
  for_each_pick("scatter_add", in[1], out, axis, [&](std::int64_t offset) { to[offset] += *from++; });
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  const std::size_t axis = picked_axis(attributes);
  if (out.dtype() == float32)
    forward_as<float>(in, axis, out);
  else if (out.dtype() == float64)
    forward_as<double>(in, axis, out);
  else
    forward_as<std::int64_t>(in, axis, out);
}

}  // namespace

namespace rooms {
extern constinit const Op scatter_add = {
    .name = "scatter_add",
    .latex = R"({0} + \sum_{{1}} {2})",
    .text = "scatter_add({0}, {1}, {2})",
    .words = "the first input with numbers added where an index says",
    .arity = 3,
    .rule = rule,
    .forward = forward,
    .vjps = {[](const Tensor&, const Tensor& g) { return g; }, nullptr,
             [](const Tensor& y, const Tensor& g) {
               return g.gather(y.attributes().get<std::int64_t>("axis"), y.input(1));
             }},
    .samples =
        [] {
          const Tensor x = elementwise::sample({3, 2}, -2, 2);
          return std::vector<Sample>{
              {{x, tensor({{0, 2}, {0, 1}}, {.dtype = int64}), elementwise::sample({2, 2}, -2, 2, 1)},
               {{"axis", std::int64_t{0}}}},
              {{x, tensor({{1, 1, 0}}, {.dtype = int64}), elementwise::sample({1, 3}, -2, 2, 1)},
               {{"axis", std::int64_t{1}}}}};
        },
    .onnx = "ScatterElements",
};
}  // namespace rooms

// Of a source that is longer than the index, what lies beyond it is not used.
Tensor Tensor::scatter_add(std::int64_t axis, const Tensor& index, const Tensor& source) const {
  if (dim() == 0)
    return unsqueeze(0)
        .scatter_add(axis, index.reshape({index.elements()}), source.reshape({source.elements()}))
        .reshape({});
  Tensor used = source;
  for (std::size_t i = 0; source.dim() == index.dim() && i < index.shape().size(); ++i)
    if (index.shape()[i] < source.shape()[i])
      used = used.narrow(static_cast<std::int64_t>(i), 0, index.shape()[i]);
  const auto at = static_cast<std::int64_t>(shape().axis(axis));
  return apply(rooms::scatter_add, {*this, index, used}, {{"axis", at}});
}

}  // namespace hindsight
