// The kernels of narrow layers against plain loops, on every target of this machine. Where the numbers are
// whole, sums are exact in whatever order, so nothing needs a tolerance.
#include "kernels/narrow.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/padded_buffer.hpp"
#include "kernels/target.hpp"
#include "tolerances.hpp"

namespace hindsight::kernels {
namespace {

constexpr std::size_t widths[] = {1, 2, 3, 4, 5, 7, 16, 17, 31, 33};
constexpr std::size_t sample_counts[] = {1, 7, 31, 64, 200};

template <class T>
constexpr double rounding = sizeof(T) == 4 ? tolerance::float32_rounding : tolerance::float64_rounding;

/// Whole numbers from −6 to 6, the same at every call.
class WholeNumbers {
 public:
  int operator()() { return static_cast<int>(random_() % 13) - 6; }

 private:
  std::mt19937 random_{1};
};

/// `features` rows of samples. The samples that pad the last vector are `padding`, and what lies behind it in
/// each row, where no kernel has business, is NaN.
template <class T>
class Rows {
 public:
  Rows(std::size_t features, std::size_t count, std::size_t lanes, T padding)
      : samples(count),
        vectors((count + lanes - 1) / lanes),
        stride(((vectors + 1) * lanes + line - 1) / line * line),
        lanes_(lanes),
        features_(features),
        numbers_(std::max<std::size_t>(features, 1) * stride) {
    for (std::size_t f = 0; f < features; ++f)
      for (std::size_t s = samples; s < vectors * lanes; ++s) (*this)(f, s) = padding;
  }
  template <class Value>
  Rows& fill(Value&& value) {
    for (std::size_t f = 0; f < features_; ++f)
      for (std::size_t s = 0; s < samples; ++s) (*this)(f, s) = static_cast<T>(value());
    return *this;
  }
  T& operator()(std::size_t f, std::size_t s) { return numbers_[f * stride + s]; }
  T* data() { return numbers_.data(); }

  /// Every sample is value(f, s), and nothing was written behind the last vector.
  template <class Value>
  void expect(const Value& value, const std::string& what) {
    for (std::size_t f = 0; f < features_; ++f) {
      for (std::size_t s = 0; s < samples; ++s)
        ASSERT_EQ(static_cast<double>((*this)(f, s)), value(f, s)) << what << ": " << f << ", " << s;
      for (std::size_t s = vectors * lanes_; s < stride; ++s)
        ASSERT_TRUE(std::isnan((*this)(f, s))) << what << ": " << f << ", " << s << " was overwritten";
    }
  }

  const std::size_t samples, vectors, stride;

 private:
  static constexpr std::size_t line = 64 / sizeof(T);
  std::size_t lanes_, features_;
  PaddedBuffer<T> numbers_;
};

template <class T>
std::vector<T> whole_numbers(std::size_t count, WholeNumbers& next) {
  std::vector<T> numbers(count);
  for (T& number : numbers) number = static_cast<T>(next());
  return numbers;
}

/// body(kernels): float and double, on every target that runs here.
template <class Body>
void on_every_target(const Body& body) {
  for (const Target& target : usable_targets()) {
    const auto run = [&](const auto* kernels, const char* type) {
      if (!kernels) return;
      SCOPED_TRACE(std::string(target.name) + ", " + type);
      body(*kernels);
    };
    run(target.kernels->narrow_float, "float");
    run(target.kernels->narrow_double, "double");
  }
}
template <class T>
T number_of(const NarrowKernels<T>&);  // for its type
template <class Kernels>
using NumberOf = decltype(number_of(std::declval<Kernels>()));

std::string shape(std::size_t inputs, std::size_t outputs, std::size_t samples) {
  return std::to_string(inputs) + " -> " + std::to_string(outputs) + ", " + std::to_string(samples) +
         " samples";
}

/// body(inputs, outputs, samples)
template <class Body>
void each_shape(const Body& body) {
  for (const std::size_t inputs : widths)
    for (const std::size_t outputs : widths)
      for (const std::size_t samples : sample_counts) body(inputs, outputs, samples);
}

template <class T>
double lane_sum(const T* sums, std::size_t lanes, std::size_t i) {
  double sum = 0;
  for (std::size_t lane = 0; lane < lanes; ++lane) sum += static_cast<double>(sums[i * lanes + lane]);
  return sum;
}

constexpr double junk = -77;

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

/// Both passes through relu(x·W₁ᵀ + b₁)·w₂ᵀ + b₂.
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

  Rows<T> d(1, samples, n, T(0));
  d.fill(next);
  const std::size_t partial = kernels.sum_lanes;
  PaddedBuffer<T> unit_sums(units * partial), input_sums(units * inputs * partial),
      hidden_sums(units * partial);
  for (const int tiles : {1, 2}) {
    kernels.hidden_products({x.data(), d.data(), hidden.data(), w2.data(), unit_sums.data(),
                             input_sums.data(), hidden_sums.data(), inputs, units, x.vectors, x.stride,
                             tiles == 2});
    for (std::size_t h = 0; h < units; ++h) {
      const auto delta = [&](std::size_t s) {
        return hidden(h, s) > 0 ? double(w2[h]) * double(d(0, s)) : 0;
      };
      double unit = 0, with_hidden = 0;
      for (std::size_t s = 0; s < samples; ++s) {
        unit += tiles * delta(s);
        with_hidden += tiles * double(d(0, s)) * double(hidden(h, s));
      }
      ASSERT_EQ(lane_sum(unit_sums.data(), partial, h), unit) << what << ": " << h;
      ASSERT_EQ(lane_sum(hidden_sums.data(), partial, h), with_hidden) << what << ": " << h;
      for (std::size_t k = 0; k < inputs; ++k) {
        double sum = 0;
        for (std::size_t s = 0; s < samples; ++s) sum += tiles * delta(s) * double(x(k, s));
        ASSERT_EQ(lane_sum(input_sums.data(), partial, h * inputs + k), sum)
            << what << ": " << h << ", " << k;
      }
    }
  }
}

TEST(Narrow, HiddenLayerAndItsProductsAreThePlainSums) {
  on_every_target([](const auto& kernels) {
    for (const std::size_t inputs : {1u, 2u, 3u, 4u})
      for (const std::size_t units : widths)
        for (const std::size_t samples : sample_counts) check_hidden(kernels, inputs, units, samples);
  });
}

TEST(Narrow, HiddenLayerOfOneSampleHasUnitsInItsLanes) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    const std::size_t n = kernels.lanes, line = 64 / sizeof(T);
    for (const std::size_t inputs : widths)
      for (const std::size_t units : widths) {
        WholeNumbers next;
        const std::size_t room = (units + line - 1) / line * line;
        PaddedBuffer<T> w1(inputs * room, T(0)), b1(room, T(0)), w2(room, T(0)), b2(line), z(n);
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

/// Logits around 0 and far out, targets at both ends and between.
template <class T>
void check_logistic(const NarrowKernels<T>& kernels, std::size_t samples, double spread) {
  std::mt19937 random(2);
  std::uniform_real_distribution<double> uniform(-spread, spread);
  const std::size_t n = kernels.lanes;
  Rows<T> z(1, samples, n, T(junk)), t(1, samples, n, T(junk)),
      d(1, samples, n, std::numeric_limits<T>::quiet_NaN());
  z.fill([&] { return uniform(random); });
  t.fill([&] { return 0.25 * static_cast<double>(random() % 5); });
  const T scale = T(1) / static_cast<T>(samples);
  const double loss = kernels.logistic_residual({z.data(), t.data(), d.data(), scale, samples, z.vectors});
  long double sum = 0;  // 5,000 additions in float64 would err more than the kernel
  for (std::size_t s = 0; s < samples; ++s) {
    const double logit = double(z(0, s)), target = double(t(0, s));
    sum += std::max(logit, 0.0) - logit * target + std::log1p(std::exp(-std::abs(logit)));
    const double residual = double(scale) * (1 / (1 + std::exp(-logit)) - target);
    EXPECT_NEAR(double(d(0, s)), residual, rounding<T> * double(scale)) << "z = " << logit;
  }
  const auto expected = static_cast<double>(sum);
  EXPECT_NEAR(loss, expected, rounding<T> * std::max(1.0, expected)) << samples << " samples";
  for (std::size_t s = samples; s < z.vectors * n; ++s) EXPECT_EQ(d(0, s), 0) << "padding";
}

TEST(Narrow, LogisticLossAndResidualAreThoseOfFloat64) {
  on_every_target([](const auto& kernels) {
    for (const std::size_t samples : sample_counts)
      for (const double spread : {0.0, 1e-6, 1.0, 20.0, 200.0, 1e4}) check_logistic(kernels, samples, spread);
    check_logistic(kernels, 5000, 0);  // every factor of the product is 2
    check_logistic(kernels, 5000, 20);
  });
}

TEST(Narrow, TheLossAndTheResidualOfANanAreNan) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    const std::size_t n = kernels.lanes, samples = 2 * n;
    Rows<T> z(1, samples, n, T(junk)), t(1, samples, n, T(junk)), d(1, samples, n, T(junk));
    z.fill([] { return 3; });
    t.fill([] { return 0; });
    z(0, 1) = std::numeric_limits<T>::quiet_NaN();
    EXPECT_TRUE(std::isnan(kernels.logistic_residual({z.data(), t.data(), d.data(), T(1), samples, 2})));
    for (std::size_t s = 0; s < samples; ++s) EXPECT_EQ(std::isnan(d(0, s)), s == 1) << s;
  });
}

TEST(Narrow, LogisticLossCountsWholeVectorsOfPaddingAsNothing) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    const std::size_t n = kernels.lanes;
    Rows<T> z(1, 2 * n, n, T(junk)), t(1, 2 * n, n, T(junk)), d(1, 2 * n, n, T(junk));
    z.fill([] { return 3; });
    t.fill([] { return 0; });
    const double loss = kernels.logistic_residual({z.data(), t.data(), d.data(), T(1), 1, 2});
    EXPECT_NEAR(loss, 3 + std::log1p(std::exp(-3.0)), 4 * rounding<T>);
    for (std::size_t s = 1; s < 2 * n; ++s) EXPECT_EQ(d(0, s), 0);
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
