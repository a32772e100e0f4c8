#include "ops/shared/convolution.hpp"

#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

using namespace rooms_of_convolution;

TensorType rule(Operands in, const Attributes& attributes) {
  const DType dtype = common_dtype(in);
  return {result_shape(in[0].shape(), in[1].shape(), attributes), dtype};
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  const Array x = in[0].contiguous(), w = in[1].contiguous();
  const auto how = geometry(x.shape(), w.shape(), out.shape(), attributes);
  if (out.dtype() == float32)
    kernels::convolve(how, x.data<float>(), w.data<float>(), out.mutable_data<float>());
  else
    kernels::convolve(how, x.data<double>(), w.data<double>(), out.mutable_data<double>());
}

}  // namespace

namespace rooms {
extern constinit const Op convolution = {
    .name = "convolution",
    .latex = R"({0} \star {1})",
    .text = "convolution({0}, {1})",
    .words =
        "slides the second over the first: at each place the products of what lies on each other, added up",
    .arity = 2,
    .rule = rule,
    .forward = forward,
    .vjps = {[](const Tensor& y, const Tensor& g) {
               return convolution_input(g, y.input(1), Convolution::of(y), height_and_width(y.input(0)));
             },
             [](const Tensor& y, const Tensor& g) {
               return convolution_weight(y.input(0), g, Convolution::of(y), height_and_width(y.input(1)));
             }},
    .samples =
        [] {
          const Tensor x = elementwise::sample({2, 4, 4, 5}, -2, 2);
          const auto with = [&](const Shape& kernel, const Convolution& how) {
            return Sample{{x, elementwise::sample(kernel, -1, 1, 1)}, how.attributes()};
          };
          return std::vector<Sample>{with({3, 4, 2, 3}, {{1, 1}, {0, 0, 0, 0}, {1, 1}, 1}),
                                     with({2, 2, 3, 2}, {{2, 1}, {1, 0, 2, 1}, {1, 2}, 2}),
                                     with({4, 1, 2, 2}, {{3, 2}, {0, 1, 0, 1}, {2, 1}, 4})};
        },
    .onnx = "Conv",
};
}  // namespace rooms

Tensor convolution(const Tensor& x, const Tensor& w, const Convolution& how) {
  return apply(rooms::convolution, {x, w}, how.attributes());
}

}  // namespace hindsight
