// The way back through relu units that end in one output, against plain loops over whole numbers.
#include <limits>

#include "kernels/narrow_rows.hpp"

namespace hindsight::kernels {
namespace {

/// Units of which some are active in a sample and some are not, what feeds them, and what comes back.
template <class T>
struct Units {
  Units(const NarrowKernels<T>& kernels, std::size_t inputs_, std::size_t units_, std::size_t samples_)
      : inputs(inputs_),
        units(units_),
        samples(samples_),
        x(inputs, samples, kernels.lanes, T(junk)),
        hidden(units, samples, kernels.lanes, T(junk)),
        d(1, samples, kernels.lanes, T(0)),
        weights(whole_numbers<T>(units * inputs, next)),
        bias(whole_numbers<T>(units, next)),
        out(whole_numbers<T>(units, next)) {
    x.fill(next);
    hidden.fill([&] { return std::max(0, next()); });
    d.fill(next);
  }
  bool is_active(std::size_t h, std::size_t s) { return hidden(h, s) > 0; }
  /// Σ over the samples in which unit h is active of term(s).
  template <class Term>
  double sum(std::size_t h, const Term& term) {
    double total = 0;
    for (std::size_t s = 0; s < samples; ++s)
      if (is_active(h, s)) total += double(d(0, s)) * term(s);
    return total;
  }
  std::string text() const { return shape(inputs, units, samples); }

  WholeNumbers next;
  const std::size_t inputs, units, samples;
  Rows<T> x, hidden, d;
  std::vector<T> weights, bias, out;
};

template <class T>
void check_products(const NarrowKernels<T>& kernels, std::size_t inputs, std::size_t count,
                    std::size_t samples) {
  Units<T> u(kernels, inputs, count, samples);
  const std::size_t partial = kernels.sum_lanes;
  PaddedBuffer<T> unit_sums(count * partial), input_sums(count * inputs * partial);
  for (const int tiles : {1, 2}) {
    kernels.active_products({u.x.data(), u.d.data(), u.hidden.data(), unit_sums.data(), input_sums.data(),
                             inputs, count, u.x.vectors, u.x.stride, tiles == 2});
    for (std::size_t h = 0; h < count; ++h) {
      const double unit = tiles * u.sum(h, [](std::size_t) { return 1.0; });
      ASSERT_EQ(lane_sum(unit_sums.data(), partial, h), unit) << u.text() << ": " << h;
      for (std::size_t k = 0; k < inputs; ++k) {
        const double input = tiles * u.sum(h, [&](std::size_t s) { return double(u.x(k, s)); });
        ASSERT_EQ(lane_sum(input_sums.data(), partial, h * inputs + k), input)
            << u.text() << ": " << h << ", " << k;
      }
    }
  }
}

TEST(NarrowActive, ProductsAreThePlainSums) {
  on_every_target([](const auto& kernels) {
    for (const std::size_t inputs : widths)
      for (const std::size_t units : widths)
        for (const std::size_t samples : sample_counts)
          if (inputs <= 4 || kernels.active_dense) check_products(kernels, inputs, units, samples);
  });
}

TEST(NarrowActive, GradientsFollowFromTheSums) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    for (const std::size_t inputs : widths)
      for (const std::size_t units : widths) {
        const Units<T> u(kernels, inputs, units, 1);
        WholeNumbers next;
        const std::vector<T> unit_sums = whole_numbers<T>(units, next),
                             input_sums = whole_numbers<T>(units * inputs, next);
        std::vector<T> of_bias = unit_sums, of_weights = input_sums, of_out(units);
        kernels.active_gradients({u.weights.data(), u.bias.data(), u.out.data(), of_bias.data(),
                                  of_weights.data(), of_out.data(), inputs, units});
        for (std::size_t h = 0; h < units; ++h) {
          T with_hidden = u.bias[h] * unit_sums[h];
          for (std::size_t k = 0; k < inputs; ++k) {
            const std::size_t i = h * inputs + k;
            with_hidden += u.weights[i] * input_sums[i];
            ASSERT_EQ(of_weights[i], u.out[h] * input_sums[i]) << u.text() << ": " << h << ", " << k;
          }
          ASSERT_EQ(of_bias[h], u.out[h] * unit_sums[h]) << u.text() << ": " << h;
          ASSERT_EQ(of_out[h], with_hidden) << u.text() << ": " << h;
        }
      }
  });
}

template <class T>
void check_dense(const NarrowKernels<T>& kernels, std::size_t inputs, std::size_t count,
                 std::size_t samples) {
  Units<T> u(kernels, inputs, count, samples);
  Rows<T> y(inputs, samples, kernels.lanes, std::numeric_limits<T>::quiet_NaN());
  kernels.active_dense({u.d.data(), u.hidden.data(), u.weights.data(), u.out.data(), u.x.data(), y.data(),
                        inputs, count, u.x.vectors, u.x.stride});
  y.expect(
      [&](std::size_t k, std::size_t s) {
        double sum = 0;
        for (std::size_t h = 0; h < count; ++h)
          if (u.is_active(h, s)) sum += double(u.out[h]) * double(u.weights[h * inputs + k]);
        return u.x(k, s) > 0 ? sum * double(u.d(0, s)) : 0;
      },
      u.text());
  for (std::size_t k = 0; k < inputs; ++k)
    for (std::size_t s = samples; s < y.vectors * kernels.lanes; ++s) ASSERT_EQ(y(k, s), 0) << u.text();
}

TEST(NarrowActive, TheWayBackIsThePlainSum) {
  on_every_target([](const auto& kernels) {
    if (!kernels.active_dense) return;
    each_shape([&](std::size_t inputs, std::size_t units, std::size_t samples) {
      check_dense(kernels, inputs, units, samples);
    });
    check_dense(kernels, 3, 70, 1000);  // more than one piece of samples, and of units
  });
}

}  // namespace
}  // namespace hindsight::kernels
