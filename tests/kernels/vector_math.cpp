// How far the functions of vectors are from the true values, on every target that this machine runs.
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/target.hpp"
#include "tolerances.hpp"

namespace kernels = hindsight::kernels;

namespace {

/// The true values, in a wider type W: double for float32, long double for float64.
template <class W>
W truth(const std::string& name, W x) {
  if (name == "exp") return std::exp(x);
  if (name == "expm1") return std::expm1(x);
  if (name == "log") return std::log(x);
  if (name == "log1p") return std::log1p(x);
  if (name == "tanh") return std::tanh(x);
  if (name == "erf") return std::erf(x);
  if (name == "softplus") return std::isnan(x) ? x : std::fmax(x, W(0)) + std::log1p(std::exp(-std::abs(x)));
  if (name == "gelu") return x * std::erfc(-x * W(0.707106781186547524400844362104849L)) / 2;
  const W sigmoid = x > 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
  if (name == "sigmoid") return sigmoid;
  return x * sigmoid;  // silu
}

/// |got − want| in units in the last place that T has at `want`; infinity where one of them is NaN, or
/// infinite, and should not be.
template <class T, class W>
double ulps(T got, W want, double unit_of_denormals) {
  if (std::isnan(want) && std::isnan(got)) return 0;
  if (got == static_cast<T>(want)) return 0;
  if (std::isinf(got) && std::abs(want) <= static_cast<W>(std::numeric_limits<T>::max()))
    got = std::copysign(std::numeric_limits<T>::max(), got);  // one further up than the largest number
  if (!std::isfinite(got) || !std::isfinite(want)) return std::numeric_limits<double>::infinity();
  int exponent = 0;
  std::frexp(want, &exponent);
  const W unit = std::ldexp(
      W(1), std::max(exponent, std::numeric_limits<T>::min_exponent) - std::numeric_limits<T>::digits);
  const W slack = static_cast<W>(std::numeric_limits<T>::denorm_min()) * static_cast<W>(unit_of_denormals);
  return static_cast<double>(std::fmax(std::abs(static_cast<W>(got) - want) - slack, W(0)) / unit);
}

/// Ends of ranges and places where a formula changes.
template <class T>
std::vector<T> hard_points() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> points;
  for (const double x : {0.0,
                         double(Limits::infinity()),
                         double(Limits::denorm_min()),
                         double(Limits::min()),
                         double(Limits::max()),
                         double(Limits::epsilon()),
                         1.0,
                         0.5,
                         0.70710678118654752,
                         1.4142135623730951,
                         2.0,
                         9.0,
                         10.1,
                         16.0,
                         18.0,
                         27.0,
                         38.0,
                         40.0,
                         88.722839,
                         103.97,
                         709.78271,
                         745.13321})
    for (const T near : {std::nextafter(static_cast<T>(x), T(0)), static_cast<T>(x),
                         std::nextafter(static_cast<T>(x), Limits::infinity())})
      for (const T sign : {T(1), T(-1)}) points.push_back(sign * near);
  points.push_back(Limits::quiet_NaN());
  return points;
}

/// Every 2099th of the 2³² numbers (a prime, so that all low bits occur).
std::vector<float> samples(float) {
  std::vector<float> points = hard_points<float>();
  for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << 32); bits += 2099) {
    const auto word = static_cast<std::uint32_t>(bits);
    float x;
    std::memcpy(&x, &word, sizeof x);
    points.push_back(x);
  }
  return points;
}

/// Both signs of numbers spread over all exponents, over those of the numbers from 2⁻³⁰ to 2¹², and over [0,
/// 50].
std::vector<double> samples(double) {
  std::vector<double> points = hard_points<double>();
  std::mt19937_64 random(1);
  for (int i = 0; i < 33000; ++i) {
    const double share = std::ldexp(static_cast<double>(random() >> 11), -53);
    for (const double x : {std::exp2(-1074 + 2098 * share), std::exp2(-30 + 42 * share), 50 * share}) {
      points.push_back(x);
      points.push_back(-x);
    }
  }
  return points;
}

struct Worst {
  double ulps = 0, at = 0;
};

/// The largest error of each target on all samples, a block at a time.
template <class T, class W>
std::vector<Worst> measured(const std::string& name, double unit_of_denormals) {
  constexpr std::size_t block = 4096;
  alignas(64) static T in[block], out[block];
  std::vector<W> want(block);
  const std::vector<kernels::Target> targets = kernels::usable_targets();
  std::vector<Worst> worst(targets.size());
  const std::vector<T> points = samples(T());
  for (std::size_t first = 0; first < points.size(); first += block) {
    const std::size_t n = std::min(block, points.size() - first);
    for (std::size_t i = 0; i < n; ++i) {
      in[i] = points[first + i];
      want[i] = truth<W>(name, static_cast<W>(in[i]));
    }
    for (std::size_t t = 0; t < targets.size(); ++t) {
      const kernels::ElementwiseKernel<T>* kernel = kernels::find_elementwise<T>(targets[t], name);
      const kernels::Argument<T> argument{in};
      kernel->run(&argument, T(0), out, n);
      for (std::size_t i = 0; i < n; ++i)
        if (const double error = ulps<T, W>(out[i], want[i], unit_of_denormals * std::abs(double(in[i])));
            error > worst[t].ulps)
          worst[t] = {error, static_cast<double>(in[i])};
    }
  }
  return worst;
}

class VectorMath : public testing::TestWithParam<tolerance::Ulps> {};

template <class T, class W>
void expect_within(const tolerance::Ulps& function, double bound) {
  const std::vector<Worst> worst = measured<T, W>(function.name, function.unit_of_denormals);
  for (std::size_t t = 0; t < worst.size(); ++t)
    EXPECT_LE(worst[t].ulps, bound) << function.name << " of " << worst[t].at << " on "
                                    << kernels::usable_targets()[t].name;
}

}  // namespace

TEST_P(VectorMath, IsWithinItsBoundInFloat32) {
  expect_within<float, double>(GetParam(), GetParam().float32);
}
TEST_P(VectorMath, IsWithinItsBoundInFloat64) {
  expect_within<double, long double>(GetParam(), GetParam().float64);
}

TEST_P(VectorMath, KeepsTheSignOfZero) {
  const std::string name = GetParam().name;
  for (const kernels::Target& target : kernels::usable_targets()) {
    alignas(64) float x[16] = {0.0F, -0.0F}, y[16];
    const kernels::Argument<float> argument{x};
    kernels::find_elementwise<float>(target, name)->run(&argument, 0, y, 2);
    for (const int i : {0, 1})
      EXPECT_EQ(std::signbit(y[i]), std::signbit(truth<double>(name, double(x[i]))))
          << name << " on " << target.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Functions, VectorMath, testing::ValuesIn(tolerance::vector_math),
                         [](const auto& tested) { return std::string(tested.param.name); });

// docs/accuracy.md promises what is tested here, and nothing else.
TEST(VectorMathPage, StatesTheBounds) {
  std::ifstream page(HINDSIGHT_SOURCE "/docs/accuracy.md");
  std::ostringstream text;
  text << page.rdbuf();
  for (const tolerance::Ulps& function : tolerance::vector_math) {
    std::ostringstream row;
    row << "| `" << function.name << "` | " << function.float32 << " | " << function.float64 << " |";
    EXPECT_NE(text.str().find(row.str()), std::string::npos) << row.str();
  }
}
