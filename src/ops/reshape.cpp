#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

/// One length may be −1: whatever is left.
Shape completed(Shape shape, std::int64_t elements) {
  std::int64_t* open = nullptr;
  for (std::int64_t& length : shape) {
    if (length >= 0) continue;
    if (length != -1 || open)
      fail<ShapeError>("reshape: shape {} may have one -1 at most, and no other negative length",
                       shape.str());
    open = &length;
  }
  if (!open) return shape;
  const std::string asked = shape.str();
  *open = 1;
  const std::int64_t known = shape.checked().elements();
  if (known == 0 || elements % known != 0)
    fail<ShapeError>("reshape: {} elements do not fill shape {} for any length in place of -1", elements,
                     asked);
  *open = elements / known;
  return shape;
}

TensorType rule(Operands in, const Attributes& attributes) {
  const Shape& shape = attributes.get<Shape>("shape");
  if (shape.checked().elements() != in[0].elements())
    fail<ShapeError>("{} has {} elements and cannot become {}, which has {}", in[0].shape().str(),
                     in[0].elements(), shape.str(), shape.elements());
  return {shape, in[0].dtype()};
}

}  // namespace

namespace rooms {
extern constinit const Op reshape = {
    .name = "reshape",
    .latex = R"(\operatorname{reshape}\left({0}\right))",
    .text = "reshape({0})",
    .words = "the same numbers under another shape",
    .rule = rule,
    .view = [](const Array& x,
               const Attributes& attributes) { return x.reshaped(attributes.get<Shape>("shape")); },
    .vjps = {[](const Tensor& y, const Tensor& g) { return g.reshape(y.input(0).shape()); }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 4}, -2, 2)}, {{"shape", Shape{2, 6}}}}};
        },
    .onnx = "Reshape",
};
}  // namespace rooms

Tensor Tensor::reshape(const Shape& shape) const {
  Shape wanted = completed(shape, elements());
  return wanted == this->shape() ? *this : apply(rooms::reshape, {*this}, {{"shape", std::move(wanted)}});
}

// A copy is a product by one where gradients must flow through it, and a plain value elsewhere.
Tensor Tensor::contiguous() const {
  if (array().is_contiguous()) return *this;
  return requires_grad() ? *this * 1.0 : Tensor(array().contiguous());
}

}  // namespace hindsight
