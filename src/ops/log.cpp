#include <hindsight/ops.hpp>

#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

struct Body {
  template <class S>
  S operator()(S x) const {
    using namespace scalar;
    return log(x);
  }
};

}  // namespace

namespace rooms {
extern constinit const Op log = {
    .name = "log",
    .latex = R"(\ln\left({0}\right))",
    .text = "log({0})",
    .words = "the natural logarithm",
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = elementwise::forward_floating<Body>,
    .partials = {[](const Tensor& y) { return 1 / y.input(0); }},
    .samples =
        [] {
          return std::vector<Sample>{{{elementwise::sample({3, 2}, 0.2, 3)}}};
        },
    .onnx = "Log",
};
}  // namespace rooms

Tensor log(const Tensor& x) { return apply(rooms::log, {floating_point(x)}); }
Tensor Tensor::log() const { return hindsight::log(*this); }

}  // namespace hindsight
