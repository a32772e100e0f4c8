#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/axes.hpp"
#include "ops/shared/elementwise.hpp"

namespace hindsight {
namespace {

TensorType rule(Operands in, const Attributes&) {
  if (in[0].dtype() == boolean)
    fail<DTypeError>("takes numbers, and got bool; convert it with .to(hs::int64)");
  return in[0].type();
}

/// Sums run in float64, as those of sum().
template <class T, class Accumulator>
void forward_as(const Folded& folded, T* out) {
  const T* in = folded.array.data<T>();
  for (std::int64_t o = 0; o < folded.outer; ++o)
    for (std::int64_t i = 0; i < folded.inner; ++i) {
      const std::int64_t first = o * folded.length * folded.inner + i;
      Accumulator total = 0;
      for (std::int64_t j = 0; j < folded.length; ++j) {
        total += static_cast<Accumulator>(in[first + j * folded.inner]);
        out[first + j * folded.inner] = static_cast<T>(total);
      }
    }
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  const Folded folded = fold(in[0].contiguous(), {attributes.get<std::int64_t>("axis")});
  if (out.dtype() == float32)
    forward_as<float, double>(folded, out.mutable_data<float>());
  else if (out.dtype() == float64)
    forward_as<double, double>(folded, out.mutable_data<double>());
  else
    forward_as<std::int64_t, std::int64_t>(folded, out.mutable_data<std::int64_t>());
}

/// An entry counts in every sum from its own on: the sum from the other end.
Tensor vjp(const Tensor& y, const Tensor& g) {
  const std::int64_t axis = y.attributes().get<std::int64_t>("axis");
  return g.flip({axis}).cumsum(axis).flip({axis});
}

}  // namespace

namespace rooms {
extern constinit const Op cumsum = {
    .name = "cumsum",
    .latex = R"(\operatorname{cumsum}\left({0}\right))",
    .text = "cumsum({0})",
    .words = "the sum of all entries up to each, along an axis",
    .rule = rule,
    .forward = forward,
    .vjps = {vjp},
    .samples =
        [] {
          const Tensor x = elementwise::sample({2, 3, 2}, -2, 2);
          std::vector<Sample> samples;
          for (const std::int64_t axis : {0, 1, 2}) samples.push_back({{x}, {{"axis", axis}}});
          return samples;
        },
    .onnx = "CumSum",
};
}  // namespace rooms

Tensor Tensor::cumsum(std::int64_t axis) const {
  if (dim() == 0) return unsqueeze(0).cumsum(axis).reshape({});
  const auto at = static_cast<std::int64_t>(shape().axis(axis));
  return apply(rooms::cumsum, {dtype() == boolean ? to(int64) : *this}, {{"axis", at}});
}

}  // namespace hindsight
