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
  std::vector<T> weights, out;
};

template <class T>
void check_products(const NarrowKernels<T>& kernels, std::size_t inputs, std::size_t count,
                    std::size_t samples) {
  Units<T> u(kernels, inputs, count, samples);
  const std::size_t partial = kernels.sum_lanes;
  PaddedBuffer<T> unit_sums(count * partial), input_sums(count * inputs * partial),
      hidden_sums(count * partial);
  for (const int tiles : {1, 2}) {
    kernels.active_products({u.x.data(), u.d.data(), u.hidden.data(), u.out.data(), unit_sums.data(),
                             input_sums.data(), hidden_sums.data(), inputs, count, u.x.vectors, u.x.stride,
                             tiles == 2});
    for (std::size_t h = 0; h < count; ++h) {
      const double unit = tiles * double(u.out[h]) * u.sum(h, [](std::size_t) { return 1.0; });
      ASSERT_EQ(lane_sum(unit_sums.data(), partial, h), unit) << u.text() << ": " << h;
      const double hidden = tiles * u.sum(h, [&](std::size_t s) { return double(u.hidden(h, s)); });
      ASSERT_EQ(lane_sum(hidden_sums.data(), partial, h), hidden) << u.text() << ": " << h;
      for (std::size_t k = 0; k < inputs; ++k) {
        const double input =
            tiles * double(u.out[h]) * u.sum(h, [&](std::size_t s) { return double(u.x(k, s)); });
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
          if (inputs <= kernels.most_active_inputs) check_products(kernels, inputs, units, samples);
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
  bool ran = false;
  on_every_target([&](const auto& kernels) {
    if (!kernels.active_dense) return;
    ran = true;
    each_shape([&](std::size_t inputs, std::size_t units, std::size_t samples) {
      check_dense(kernels, inputs, units, samples);
    });
    check_dense(kernels, 3, 70, 1000);  // more than one piece of samples, and of units
  });
  if (!ran) GTEST_SKIP() << "no instruction set of this machine has mask registers";
}

}  // namespace
}  // namespace hindsight::kernels
