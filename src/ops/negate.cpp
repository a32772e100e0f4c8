#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    return -x;
  }
};

}  // namespace

namespace rooms {
extern constinit const Op negate = {
    .name = "negate",
    .latex = "-{0}",
    .text = "-{0}",
    .words = "the same with the other sign",
    .binding = Binding::sign,
    .elementwise = true,
    .rule = elementwise::numeric,
    .forward = elementwise::forward_numeric<Body>,
    .vjps = {[](const Tensor&, const Tensor& g) { return -g; }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, -2, 2)}}};
        },
    .onnx = "Neg",
};
}  // namespace rooms

Tensor operator-(const Tensor& x) { return apply(rooms::negate, {x}); }

}  // namespace hindsight
