// The kernels of narrow layers against plain loops, on every target of this machine. Where the numbers are
// whole, sums are exact in whatever order, so nothing needs a tolerance.
#include <limits>

#include "kernels/narrow_rows.hpp"

namespace hindsight::kernels {
namespace {

/// The least value of a layer: with a relu or without.
template <class T>
T least(bool relu) {
  return relu ? T(0) : -std::numeric_limits<T>::infinity();
}

/// One layer with every ending, weights as they lie or transposed.
template <class T>
void check_dense(const NarrowKernels<T>& kernels, std::size_t inputs, std::size_t outputs,
                 std::size_t samples) {
  WholeNumbers next;
  Rows<T> x(inputs, samples, kernels.lanes, T(junk)), mask(outputs, samples, kernels.lanes, T(junk));
  x.fill(next);
  mask.fill(next);
  const std::vector<T> weights = whole_numbers<T>(inputs * outputs, next),
                       bias = whole_numbers<T>(outputs, next);
  for (const bool has_bias : {false, true})
    for (const bool relu : {false, true})
      for (const bool has_mask : {false, true})
        for (const bool transposed : {false, true}) {
          if (relu && has_mask) continue;
          const std::size_t output_step = transposed ? 1 : inputs, input_step = transposed ? outputs : 1;
          Rows<T> y(outputs, samples, kernels.lanes, std::numeric_limits<T>::quiet_NaN());
          kernels.dense({x.data(), weights.data(), static_cast<std::ptrdiff_t>(output_step),
                         static_cast<std::ptrdiff_t>(input_step), has_bias ? bias.data() : nullptr,
                         has_mask ? mask.data() : nullptr, least<T>(relu), y.data(), inputs, outputs,
                         x.vectors, x.stride});
          y.expect(
              [&](std::size_t o, std::size_t s) {
                double sum = has_bias ? double(bias[o]) : 0;
                for (std::size_t k = 0; k < inputs; ++k)
                  sum += double(weights[o * output_step + k * input_step]) * double(x(k, s));
                if (relu) sum = std::max(0.0, sum);
                return has_mask && mask(o, s) <= 0 ? 0.0 : sum;
              },
              shape(inputs, outputs, samples) + (has_bias ? ", bias" : "") + (relu ? ", relu" : "") +
                  (has_mask ? ", mask" : "") + (transposed ? ", transposed" : ""));
        }
}

TEST(Narrow, DenseIsThePlainSumWithEveryEnding) {
  on_every_target([](const auto& kernels) {
    each_shape([&](std::size_t inputs, std::size_t outputs, std::size_t samples) {
      check_dense(kernels, inputs, outputs, samples);
    });
  });
}

TEST(Narrow, ALayerOfNanIsNan) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    const std::size_t samples = 7;
    Rows<T> x(6, samples, kernels.lanes, T(0)), y(5, samples, kernels.lanes, T(0)),
        z(1, samples, kernels.lanes, T(0));
    x.fill([] { return 1; });
    x(0, 3) = std::numeric_limits<T>::quiet_NaN();
    const std::vector<T> w(30, T(1)), b(5, T(1));
    const auto expect_nan = [&](const char* kernel) {
      for (std::size_t o = 0; o < 5; ++o)
        for (std::size_t s = 0; s < samples; ++s)
          EXPECT_EQ(std::isnan(y(o, s)), s == 3) << kernel << ": " << o << ", " << s;
      y.fill([] { return 0; });
    };
    for (const bool relu : {false, true})
      for (const std::size_t inputs : {1u, 6u}) {
        kernels.dense({x.data(), w.data(), 1, 1, b.data(), nullptr, least<T>(relu), y.data(), inputs, 5,
                       x.vectors, x.stride});
        expect_nan("dense");
      }
    kernels.hidden(
        {x.data(), w.data(), b.data(), w.data(), b.data(), y.data(), z.data(), 1, 5, x.vectors, x.stride});
    expect_nan("hidden");
    EXPECT_TRUE(std::isnan(z(0, 3)) && !std::isnan(z(0, 2)));
  });
}

/// Sums of products over one tile and over a second one on top of it; `d` is 0 in its padding, x junk.
template <class T>
void check_products(const NarrowKernels<T>& kernels, std::size_t inputs, std::size_t outputs,
                    std::size_t samples) {
  WholeNumbers next;
  const std::size_t n = kernels.lanes;
  Rows<T> d(outputs, samples, n, T(0)), x(inputs, samples, n, T(junk));
  d.fill(next);
  x.fill(next);
  for (const bool with_bias : {true, false}) {
    if (inputs == 0 && !with_bias) continue;
    const std::size_t partial = kernels.sum_lanes;
    PaddedBuffer<T> sums(outputs * inputs * partial), bias_sums(outputs * partial);
    for (const int tiles : {1, 2}) {
      kernels.products({d.data(), x.data(), sums.data(), with_bias ? bias_sums.data() : nullptr, outputs,
                        inputs, d.vectors, d.stride, tiles == 2});
      const std::string what = shape(inputs, outputs, samples) + ", tile " + std::to_string(tiles);
      for (std::size_t o = 0; o < outputs; ++o) {
        double bias = 0;
        for (std::size_t s = 0; s < samples; ++s) bias += tiles * double(d(o, s));
        if (with_bias) {
          ASSERT_EQ(lane_sum(bias_sums.data(), partial, o), bias) << what << ": " << o;
        }
        for (std::size_t k = 0; k < inputs; ++k) {
          double sum = 0;
          for (std::size_t s = 0; s < samples; ++s) sum += tiles * double(d(o, s)) * double(x(k, s));
          ASSERT_EQ(lane_sum(sums.data(), partial, o * inputs + k), sum) << what << ": " << o << ", " << k;
        }
      }
      ASSERT_TRUE(std::isnan(sums[sums.size()]) && std::isnan(bias_sums[bias_sums.size()])) << what;
    }
  }
}

TEST(Narrow, ProductsAddUpSamplesAndTiles) {
  on_every_target([](const auto& kernels) {
    each_shape([&](std::size_t inputs, std::size_t outputs, std::size_t samples) {
      check_products(kernels, inputs, outputs, samples);
    });
  });
}

TEST(Narrow, ProductsWithoutInputsAreSums) {
  on_every_target([](const auto& kernels) {
    for (const std::size_t outputs : widths)
      for (const std::size_t samples : sample_counts) check_products(kernels, 0, outputs, samples);
  });
}

// Neighbours first: ((l₀ + l₁) + (l₂ + l₃)) + …, wherever the vector stands.
TEST(Narrow, LaneSumsAreTreesOfNeighbours) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    std::mt19937 random(3);
    std::uniform_real_distribution<double> uniform(-1, 1);
    const std::size_t n = kernels.sum_lanes, at_once = kernels.lanes;
    for (const std::size_t count : {1u, 2u, 3u, 4u, 5u, 7u, 16u, 17u, 31u, 33u, 64u, 200u}) {
      PaddedBuffer<T> sums(count * n), out((count + at_once - 1) / at_once * at_once);
      for (std::size_t i = 0; i < count * n; ++i) sums[i] = static_cast<T>(uniform(random));
      kernels.lane_sums(sums.data(), count, out.data());
      for (std::size_t i = 0; i < count; ++i) {
        std::vector<T> tree(sums.data() + i * n, sums.data() + (i + 1) * n);
        for (std::size_t half = n / 2; half >= 1; half /= 2)
          for (std::size_t j = 0; j < half; ++j) tree[j] = tree[2 * j] + tree[2 * j + 1];
        ASSERT_EQ(out[i], tree[0]) << i << " of " << count;
      }
      ASSERT_TRUE(std::isnan(out[out.size()])) << count;
    }
  });
}

}  // namespace
}  // namespace hindsight::kernels
