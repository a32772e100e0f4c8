#include <cstring>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

std::size_t axis_of(const Attributes& attributes) {
  return static_cast<std::size_t>(attributes.get<std::int64_t>("axis"));
}

TensorType rule(Operands in, const Attributes& attributes) {
  const std::size_t axis = axis_of(attributes);
  TensorType type = in[0].type();
  for (std::size_t i = 1; i < in.size(); ++i) {
    Shape beside = in[i].shape();
    if (beside.size() == type.shape.size()) beside[axis] = in[0].shape()[axis];
    if (beside != in[0].shape())
      fail<ShapeError>("shapes {} and {} (inputs 0 and {}) must be equal but for axis {}",
                       in[0].shape().str(), in[i].shape().str(), i, axis);
    if (in[i].dtype() != type.dtype)
      fail<DTypeError>("its inputs must have one dtype, and input {} is {} where input 0 is {}", i,
                       name(in[i].dtype()), name(type.dtype));
    type.shape[axis] += in[i].shape()[axis];
  }
  return type;
}

/// Each input is a block of every row; a row is all that lies between two steps of the axes before `axis`.
void forward(Operands in, const Attributes& attributes, Array& out) {
  const auto row_of = [&](const Array& x) {
    std::size_t bytes = size_of(x.dtype());
    for (std::size_t i = axis_of(attributes); i < x.shape().size(); ++i)
      bytes *= static_cast<std::size_t>(x.shape()[i]);
    return bytes;
  };
  const std::size_t whole = row_of(out),
                    size = static_cast<std::size_t>(out.elements()) * size_of(out.dtype());
  std::byte* to = out.mutable_data<std::byte>();
  for (std::size_t i = 0; i < in.size() && size > 0; ++i) {
    const Array x = in[i].contiguous();
    const std::size_t row = row_of(x);
    const std::byte* from = x.storage().data() + static_cast<std::size_t>(x.offset()) * size_of(x.dtype());
    for (std::size_t at = 0; at < size && row > 0; at += whole, from += row) std::memcpy(to + at, from, row);
    to += row;
  }
}

/// Each input gets back its own part.
Tensor vjp_of(const Tensor& y, const Tensor& g, std::size_t i) {
  const std::int64_t axis = y.attributes().get<std::int64_t>("axis");
  std::int64_t start = 0;
  for (std::size_t k = 0; k < i; ++k) start += y.input(k).size(axis);
  return g.narrow(axis, start, y.input(i).size(axis));
}

}  // namespace

namespace rooms {
extern constinit const Op cat = {
    .name = "cat",
    .latex = R"(\operatorname{cat}\left({0}, \dots\right))",
    .text = "cat({0}, ...)",
    .words = "the inputs one after the other along an axis",
    .arity = -1,
    .rule = rule,
    .forward = forward,
    .vjp_of = vjp_of,
    .samples =
        [] {
          const Tensor a = elementwise::sample({2, 3}, -2, 2), b = elementwise::sample({2, 1}, -2, 2, 1),
                       c = elementwise::sample({1, 3}, -2, 2, 2), none = elementwise::sample({0, 3}, -2, 2);
          return std::vector<Sample>{{{a, c, a, none, c}, {{"axis", std::int64_t{0}}}},
                                     {{a, b, b, b, a}, {{"axis", std::int64_t{1}}}},
                                     {{a}, {{"axis", std::int64_t{1}}}}};
        },
    .onnx = "Concat",
};
}  // namespace rooms

// PyTorch leaves out what has the one axis of length 0, whatever the others look like.
Tensor cat(std::span<const Tensor> tensors, std::int64_t axis) {
  if (tensors.empty()) throw ValueError("cat: there is no tensor to join; give one at least");
  DType dtype = tensors[0].dtype();
  for (const Tensor& tensor : tensors) dtype = promote(dtype, tensor.dtype());
  Inputs inputs;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].dim() == 0)
      fail<ShapeError>("cat: input {} is a scalar, and scalars have no axis to be joined along; stack() them",
                       i);
    if (tensors[i].shape() != Shape{0}) inputs.push_back(tensors[i].to(dtype));
  }
  if (inputs.empty()) inputs.push_back(tensors[0].to(dtype));
  const auto at = static_cast<std::int64_t>(inputs[0].shape().axis(axis));
  return apply(rooms::cat, std::move(inputs), {{"axis", at}});
}

}  // namespace hindsight
