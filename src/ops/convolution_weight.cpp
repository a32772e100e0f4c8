#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "ops/shared/convolution.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

using namespace rooms_of_convolution;

TensorType rule(Operands in, const Attributes& attributes) {
  const DType dtype = common_dtype(in);
  const Shape &x = in[0].shape(), &y = in[1].shape(), &kernel = attributes.get<Shape>("kernel");
  const Shape w{y[1], x[1] / attributes.get<Shape>("groups")[0], kernel[0], kernel[1]};
  const Shape result = result_shape(x, w, attributes);
  if (result != y)
    fail<ShapeError>("images {} with weights {} give {}, and not the {} that was handed in", x.str(), w.str(),
                     result.str(), y.str());
  return {w, dtype};
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  const Array x = in[0].contiguous(), y = in[1].contiguous();
  const auto how = geometry(x.shape(), out.shape(), y.shape(), attributes);
  if (out.dtype() == float32)
    kernels::convolve_to_weight(how, x.data<float>(), y.data<float>(), out.mutable_data<float>());
  else
    kernels::convolve_to_weight(how, x.data<double>(), y.data<double>(), out.mutable_data<double>());
}

}  // namespace

namespace rooms {
extern constinit const Op convolution_weight = {
    .name = "convolution_weight",
    .latex = R"({0} \star {1})",
    .text = "convolution_weight({0}, {1})",
    .words = "for each weight of a convolution the products of what it read and what arrived there, added up",
    .arity = 2,
    .rule = rule,
    .forward = forward,
    .vjps = {[](const Tensor& y, const Tensor& g) {
               return convolution_input(y.input(1), g, Convolution::of(y), height_and_width(y.input(0)));
             },
             [](const Tensor& y, const Tensor& g) { return convolution(y.input(0), g, Convolution::of(y)); }},
    .samples =
        [] {
          const Tensor x = elementwise::sample({2, 4, 4, 5}, -2, 2);
          const auto with = [&](const Shape& result, const Shape& kernel, const Convolution& how) {
            return Sample{{x, elementwise::sample(result, -1, 1, 1)}, how.attributes("kernel", kernel)};
          };
          return std::vector<Sample>{with({2, 3, 3, 3}, {2, 3}, {{1, 1}, {0, 0, 0, 0}, {1, 1}, 1}),
                                     with({2, 2, 3, 4}, {3, 2}, {{2, 1}, {1, 0, 2, 1}, {1, 2}, 2})};
        },
};
}  // namespace rooms

Tensor convolution_weight(const Tensor& x, const Tensor& y, const Convolution& how, const Shape& kernel) {
  return apply(rooms::convolution_weight, {x, y}, how.attributes("kernel", kernel));
}

}  // namespace hindsight
