#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

void forward(Operands in, const Attributes&, Array& out) {
  dispatch(out.dtype(), [&](auto to) {
    dispatch(in[0].dtype(), [&](auto from) {
      using To = decltype(to);
      using From = decltype(from);
      kernels::map([](From x) { return static_cast<To>(x); }, out.shape(), out.mutable_data<To>(),
                   elementwise::strided<From>(in[0]));
    });
  });
}

}  // namespace

namespace rooms {
extern constinit const Op cast = {
    .name = "cast",
    .latex = R"(\operatorname{{dtype}}\left({0}\right))",
    .text = "{dtype}({0})",
    .words = "the same numbers in another type",
    .elementwise = true,
    .rule = [](Operands in, const Attributes& attributes) -> TensorType {
      return {in[0].shape(), attributes.get<DType>("dtype")};
    },
    .forward = forward,
    .vjps = {[](const Tensor& y, const Tensor& g) { return g.to(y.input(0).dtype()); }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -2, 2)}, {{"dtype", float64}}}};
        },
    .onnx = "Cast",
};
}  // namespace rooms

Tensor Tensor::to(DType dtype) const {
  return dtype == this->dtype() ? *this : apply(rooms::cast, {*this}, {{"dtype", dtype}});
}

}  // namespace hindsight
