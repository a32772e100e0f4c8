#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

#include <hindsight/op.hpp>

#include "ops/shared/axes.hpp"

namespace hindsight {

/// What softmax and log_softmax share: along the attribute "axis", `finish(x, largest, total)` of each
/// element, where total = Σ exp(x − largest). The largest exponent is 0, so that nothing overflows.
template <class Finish>
void forward_along_axis(Operands in, const Attributes& attributes, Array& out, const Finish& finish) {
  const Folded x = fold(in[0].contiguous(), {attributes.get<std::int64_t>("axis")});
  const auto run = [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t o = 0; o < x.outer; ++o)
      for (std::int64_t i = 0; i < x.inner; ++i) {
        const std::int64_t first = o * x.length * x.inner + i;
        const T* from = x.array.template data<T>() + first;
        T* to = out.mutable_data<T>() + first;
        T largest = -std::numeric_limits<T>::infinity(), total = 0;
        for (std::int64_t j = 0; j < x.length; ++j) largest = std::max(largest, from[j * x.inner]);
        for (std::int64_t j = 0; j < x.length; ++j) total += std::exp(from[j * x.inner] - largest);
        for (std::int64_t j = 0; j < x.length; ++j)
          to[j * x.inner] = finish(from[j * x.inner], largest, total);
      }
  };
  out.dtype() == float32 ? run(float{}) : run(double{});
}

/// softmax or log_softmax along an axis. A scalar has one, too: 0 or −1.
Tensor apply_along_axis(const Op& op, const Tensor& x, std::int64_t axis);

/// Samples along either axis of a matrix.
std::vector<Sample> samples_along_axes();

}  // namespace hindsight
