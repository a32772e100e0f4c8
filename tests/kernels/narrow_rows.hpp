#pragma once
// What the tests of narrow kernels share.
#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/every_target.hpp"
#include "kernels/narrow.hpp"
#include "kernels/padded_buffer.hpp"
#include "tolerances.hpp"

namespace hindsight::kernels {

inline constexpr std::size_t widths[] = {1, 2, 3, 4, 5, 7, 16, 17, 31, 33};
inline constexpr std::size_t sample_counts[] = {1, 7, 31, 64, 200};

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
  on_every_target(&TargetKernels::narrow_float, &TargetKernels::narrow_double, body);
}

inline std::string shape(std::size_t inputs, std::size_t outputs, std::size_t samples) {
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

inline constexpr double junk = -77;

}  // namespace hindsight::kernels
