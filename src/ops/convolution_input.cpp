#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "ops/shared/convolution.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

using namespace rooms_of_convolution;

TensorType rule(Operands in, const Attributes& attributes) {
  const DType dtype = common_dtype(in);
  const Shape &y = in[0].shape(), &w = in[1].shape(), &size = attributes.get<Shape>("size");
  const Shape x{y[0], w[1] * attributes.get<Shape>("groups")[0], size[0], size[1]};
  const Shape result = result_shape(x, w, attributes);
  if (result != y)
    fail<ShapeError>("images {} with weights {} give {}, and not the {} that was handed in", x.str(), w.str(),
                     result.str(), y.str());
  return {x, dtype};
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  const Array y = in[0].contiguous(), w = in[1].contiguous();
  const auto how = geometry(out.shape(), w.shape(), y.shape(), attributes);
  if (out.dtype() == float32)
    kernels::convolve_to_input(how, y.data<float>(), w.data<float>(), out.mutable_data<float>());
  else
    kernels::convolve_to_input(how, y.data<double>(), w.data<double>(), out.mutable_data<double>());
}

}  // namespace

namespace rooms {
extern constinit const Op convolution_input = {
    .name = "convolution_input",
    .latex = R"({0} \star^{T} {1})",
    .text = "convolution_input({0}, {1})",
    .words = "hands what arrived at each place of a convolution back to all that was read there",
    .arity = 2,
    .rule = rule,
    .forward = forward,
    .vjps = {[](const Tensor& y, const Tensor& g) { return convolution(g, y.input(1), Convolution::of(y)); },
             [](const Tensor& y, const Tensor& g) {
               return convolution_weight(g, y.input(0), Convolution::of(y), height_and_width(y.input(1)));
             }},
    .samples =
        [] {
          const auto with = [](const Shape& result, const Shape& kernel, const Convolution& how) {
            return Sample{{elementwise::sample(result, -2, 2), elementwise::sample(kernel, -1, 1, 1)},
                          how.attributes("size", {4, 5})};
          };
          return std::vector<Sample>{with({2, 3, 3, 3}, {3, 4, 2, 3}, {{1, 1}, {0, 0, 0, 0}, {1, 1}, 1}),
                                     with({2, 2, 3, 4}, {2, 2, 3, 2}, {{2, 1}, {1, 0, 2, 1}, {1, 2}, 2})};
        },
    .onnx = "ConvTranspose",
};
}  // namespace rooms

Tensor convolution_input(const Tensor& y, const Tensor& w, const Convolution& how, const Shape& size) {
  return apply(rooms::convolution_input, {y, w}, how.attributes("size", size));
}

}  // namespace hindsight
