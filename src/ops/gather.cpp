#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/picks.hpp"

namespace hindsight {
namespace {

TensorType rule(Operands in, const Attributes& attributes) {
  require_index(in[0], in[1], picked_axis(attributes));
  return {in[1].shape(), in[0].dtype()};
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  dispatch(out.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const T* from = in[0].data<T>();
    T* to = out.mutable_data<T>();
    for_each_pick("gather", in[1], in[0], picked_axis(attributes),
                  [&](std::int64_t offset) { *to++ = from[offset]; });
  });
}

/// What was picked several times gets the sum.
Tensor vjp(const Tensor& y, const Tensor& g) {
  return elementwise::zeros_like(y.input(0))
      .scatter_add(y.attributes().get<std::int64_t>("axis"), y.input(1), g);
}

}  // namespace

namespace rooms {
extern constinit const Op gather = {
    .name = "gather",
    .latex = R"({0}_{{1}})",
    .text = "gather({0}, {1})",
    .words = "the entries that an index names along one axis",
    .arity = 2,
    .rule = rule,
    .forward = forward,
    .vjps = {vjp},
    .samples =
        [] {
          const Tensor x = elementwise::sample({3, 4}, -2, 2);
          return std::vector<Sample>{
              {{x, tensor({{0, 2, 1, 0}, {2, 2, 0, 1}}, {.dtype = int64})}, {{"axis", std::int64_t{0}}}},
              {{x, tensor({{3, 3}, {0, 1}, {2, 0}}, {.dtype = int64})}, {{"axis", std::int64_t{1}}}},
              {{x, tensor({{1}, {0}}, {.dtype = int64})}, {{"axis", std::int64_t{1}}}}};
        },
    .onnx = "GatherElements",
};
}  // namespace rooms

Tensor Tensor::gather(std::int64_t axis, const Tensor& index) const {
  if (dim() == 0) return unsqueeze(0).gather(axis, index.reshape({index.elements()})).reshape(index.shape());
  const auto at = static_cast<std::int64_t>(shape().axis(axis));
  return apply(rooms::gather, {*this, index}, {{"axis", at}});
}

// One index for whole entries: the same one everywhere beside the axis.
Tensor Tensor::index_select(std::int64_t axis, const Tensor& index) const {
  if (index.dim() > 1)
    fail<ShapeError>("index_select: takes a list of indices, and got shape {}; reshape it to one axis",
                     index.shape().str());
  if (dim() == 0) return unsqueeze(0).index_select(axis, index).reshape({});
  Shape one(shape().size(), 1), chosen = shape();
  const std::size_t at = shape().axis(axis);
  one[at] = chosen[at] = index.elements();
  return gather(axis, index.reshape(one).broadcast_to(chosen));
}

}  // namespace hindsight
