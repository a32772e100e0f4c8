#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    using namespace scalar;
    return sqrt(x);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op sqrt = {
    .name = "sqrt",
    .latex = R"(\sqrt{{0}})",
    .text = "sqrt({0})",
    .words = "the square root",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return 0.5 / y; }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, 0.2, 3)}}};
        },
    .onnx = "Sqrt",
};
}  // namespace rooms

Tensor sqrt(const Tensor& x) { return apply(rooms::sqrt, {floating_point(x)}); }
Tensor Tensor::sqrt() const { return hindsight::sqrt(*this); }

}  // namespace hindsight
