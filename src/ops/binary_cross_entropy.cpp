#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/shared/elementwise.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

// −(t·log p + (1 − t)·log(1 − p)), the logarithms held at −100 (torch.nn.BCELoss).
struct Body {
  template <class S>
  S operator()(S p, S t) const {
    using namespace scalar;
    return (t - S(1)) * maximum(log1p(-p), S(-100)) - t * maximum(log(p), S(-100));
  }
};

void require_probabilities(const Array& p) {
  for (std::int64_t i = 0; i < p.elements(); ++i)
    if (const double value = p.at(i); value < 0 || value > 1)
      fail<ValueError>(
          "binary_cross_entropy: takes probabilities between 0 and 1, and element {} is {}; put a sigmoid "
          "before it, or "
          "use the loss from logits",
          i, value);
}

template <class T>
bool all_probabilities(const Array& p) {
  if (!p.is_contiguous()) return false;
  const T* data = p.data<T>();
  bool inside = true;
  for (std::int64_t i = 0; i < p.elements(); ++i) inside &= !(data[i] < T(0)) & !(data[i] > T(1));
  return inside;
}

void forward(Operands in, const Attributes& attributes, Array& out) {
  const bool inside =
      out.dtype() == float32 ? all_probabilities<float>(in[0]) : all_probabilities<double>(in[0]);
  if (!inside) require_probabilities(in[0]);
  elementwise::forward_floating<Body>(in, attributes, out);
}

// PyTorch's derivative: (p − t) / max(p(1 − p), 1e-12).
Tensor by_probability(const Tensor& y) {
  const Tensor &p = y.input(0), &t = y.input(1);
  return (p - t) / maximum(p * (1 - p), constant_like(p, 1e-12));
}

Tensor by_target(const Tensor& y) { return log(1 - y.input(0)) - log(y.input(0)); }

}  // namespace

namespace rooms {
extern constinit const Op binary_cross_entropy = {
    .name = "binary_cross_entropy",
    .latex = R"(-\left({1} \ln {0} + \left(1 - {1}\right) \ln\left(1 - {0}\right)\right))",
    .text = "binary_cross_entropy({0}, {1})",
    .words = "how surprised the probability is by the target: -log of what it gave to what happened",
    .arity = 2,
    .elementwise = true,
    .rule = elementwise::floating,
    .forward = forward,
    .partials = {by_probability, by_target},
    .samples =
        [] {
          return std::vector<Sample>{
              {{elementwise::sample({3, 2}, 0.1, 0.9), elementwise::sample({3, 2}, 0, 1, 1)}}};
        },
};
}  // namespace rooms

Tensor binary_cross_entropy(const Tensor& probability, const Tensor& target) {
  auto [p, t] = meet(probability, target, "binary_cross_entropy");
  return apply(rooms::binary_cross_entropy, {floating_point(p), floating_point(t)});
}

}  // namespace hindsight
