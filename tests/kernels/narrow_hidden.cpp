// A hidden layer of few inputs and one output, against plain loops over whole numbers.
#include <limits>

#include "kernels/narrow_rows.hpp"

namespace hindsight::kernels {
namespace {

/// relu(x·W₁ᵀ + b₁)·w₂ᵀ + b₂.
template <class T>
void check_hidden(const NarrowKernels<T>& kernels, std::size_t inputs, std::size_t units,
                  std::size_t samples) {
  WholeNumbers next;
  const std::size_t n = kernels.lanes;
  const T nan = std::numeric_limits<T>::quiet_NaN();
  Rows<T> x(inputs, samples, n, T(junk)), hidden(units, samples, n, nan), z(1, samples, n, nan);
  x.fill(next);
  const std::vector<T> w1 = whole_numbers<T>(units * inputs, next), b1 = whole_numbers<T>(units, next),
                       w2 = whole_numbers<T>(units, next), b2 = whole_numbers<T>(1, next);
  kernels.hidden({x.data(), w1.data(), b1.data(), w2.data(), b2.data(), hidden.data(), z.data(), inputs,
                  units, x.vectors, x.stride});
  const std::string what = shape(inputs, units, samples);
  hidden.expect(
      [&](std::size_t h, std::size_t s) {
        double sum = double(b1[h]);
        for (std::size_t k = 0; k < inputs; ++k) sum += double(w1[h * inputs + k]) * double(x(k, s));
        return std::max(0.0, sum);
      },
      what);
  z.expect(
      [&](std::size_t, std::size_t s) {
        double sum = double(b2[0]);
        for (std::size_t h = 0; h < units; ++h) sum += double(w2[h]) * double(hidden(h, s));
        return sum;
      },
      what);
}

TEST(NarrowHidden, LayerIsThePlainSums) {
  on_every_target([](const auto& kernels) {
    for (const std::size_t inputs : {1u, 2u, 3u, 4u})
      for (const std::size_t units : widths)
        for (const std::size_t samples : sample_counts) check_hidden(kernels, inputs, units, samples);
  });
}

TEST(NarrowHidden, LayerOfOneSampleHasUnitsInItsLanes) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    const std::size_t n = kernels.lanes, line = 64 / sizeof(T);
    for (const std::size_t inputs : widths)
      for (const std::size_t units : widths) {
        WholeNumbers next;
        const std::size_t room = (units + line - 1) / line * line;
        PaddedBuffer<T> w1(inputs * room, T(0)), b1(room, T(0)), w2(room, T(0)), b2(line, T(0)), z(n);
        Rows<T> x(inputs, 1, n, T(junk));
        x.fill(next);
        b2[0] = static_cast<T>(next());
        double sum = double(b2[0]);
        for (std::size_t h = 0; h < units; ++h) {
          b1[h] = static_cast<T>(next());
          w2[h] = static_cast<T>(next());
          double unit = double(b1[h]);
          for (std::size_t k = 0; k < inputs; ++k) {
            w1[k * room + h] = static_cast<T>(next());
            unit += double(w1[k * room + h]) * double(x(k, 0));
          }
          sum += double(w2[h]) * std::max(0.0, unit);
        }
        kernels.hidden_of_one(
            {x.data(), w1.data(), b1.data(), w2.data(), b2.data(), z.data(), inputs, units, room, x.stride});
        for (std::size_t lane = 0; lane < n; ++lane) ASSERT_EQ(z[lane], sum) << shape(inputs, units, 1);
        ASSERT_TRUE(std::isnan(z[n]));
      }
  });
}

}  // namespace
}  // namespace hindsight::kernels
