// Initialisers against the distributions that they name. The statistics are of fixed seeds; each bound below
// is one that a right initialiser would exceed for one seed in a million.
#include <algorithm>
#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace init = hindsight::nn::init;
using hs::Parameter;

namespace {

Parameter weight(const hs::Shape& shape) {
  hs::manual_seed(7);
  return Parameter("weight", hs::zeros(shape, {.dtype = hs::float64}));
}

double normal_cdf(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }

/// Kolmogorov and Smirnov: the largest distance of the empirical distribution from `cdf`, times √n, exceeds K
/// with probability 2·exp(−2K²); K = 2.7 for 1e-6. And mean and variance to five standard errors (6e-7), with
/// the fourth central moment of the distribution for the latter.
void expect_distribution(const Parameter& parameter, const std::function<double(double)>& cdf, double mean,
                         double variance, double fourth) {
  std::vector<double> x = parameter.value().to_vector<double>();
  std::sort(x.begin(), x.end());
  const double n = static_cast<double>(x.size());
  double distance = 0, sum = 0, squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double f = cdf(x[i]);
    distance = std::max({distance, f - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - f});
    sum += x[i];
    squares += (x[i] - mean) * (x[i] - mean);
  }
  EXPECT_LT(distance * std::sqrt(n), 2.7);
  EXPECT_NEAR(sum / n, mean, 5 * std::sqrt(variance / n));
  EXPECT_NEAR(squares / n, variance, 5 * std::sqrt((fourth - variance * variance) / n));
}

void expect_uniform(const Parameter& parameter, double low, double high) {
  const double width = high - low;
  expect_distribution(
      parameter, [&](double x) { return std::clamp((x - low) / width, 0.0, 1.0); }, (low + high) / 2,
      width * width / 12, std::pow(width, 4) / 80);
  for (const double x : parameter.value().to_vector<double>()) ASSERT_TRUE(x >= low && x <= high) << x;
}

void expect_normal(const Parameter& parameter, double mean, double std) {
  expect_distribution(
      parameter, [&](double x) { return normal_cdf((x - mean) / std); }, mean, std * std,
      3 * std::pow(std, 4));
}

/// The moments of a normal number that is held in [a, b], by Simpson's rule.
void expect_truncated(const Parameter& parameter, double mean, double std, double a, double b) {
  const auto density = [&](double x) { return std::exp(-0.5 * std::pow((x - mean) / std, 2)); };
  const auto integral = [&](const std::function<double(double)>& f, double to) {
    constexpr int parts = 2000;
    const double h = (to - a) / parts;
    double sum = f(a) + f(to);
    for (int i = 1; i < parts; ++i) sum += (i % 2 ? 4 : 2) * f(a + i * h);
    return sum * h / 3;
  };
  const double mass = integral(density, b);
  const auto moment = [&](double around, int power) {
    return integral([&](double x) { return std::pow(x - around, power) * density(x); }, b) / mass;
  };
  const double m = moment(0, 1);
  expect_distribution(
      parameter, [&](double x) { return integral(density, x) / mass; }, m, moment(m, 2), moment(m, 4));
  for (const double x : parameter.value().to_vector<double>()) ASSERT_TRUE(x >= a && x <= b) << x;
}

/// The scalar products of all pairs of rows (or columns, when they are fewer) are gain² or 0.
void expect_orthogonal(const hs::Shape& shape, double gain) {
  const Parameter parameter = init::orthogonal_(weight(shape), gain);
  const std::int64_t rows = shape[0], columns = shape.elements() / rows;
  const hs::Tensor matrix = parameter.value().reshape({rows, columns});
  const hs::Tensor products =
      rows <= columns ? hs::matmul(matrix, matrix.t()) : hs::matmul(matrix.t(), matrix);
  for (std::int64_t i = 0; i < products.size(0); ++i)
    for (std::int64_t j = 0; j < products.size(1); ++j)
      EXPECT_NEAR(products[i][j].item(), i == j ? gain * gain : 0, tolerance::orthogonality) << i << " " << j;
}

const hs::Shape large{200, 50, 2, 1};  // fan_in 100, fan_out 400

}  // namespace

TEST(Init, UniformAndNormalAreWhatTheySay) {
  expect_uniform(init::uniform_(weight(large)), 0, 1);
  expect_uniform(init::uniform_(weight(large), -3, 5), -3, 5);
  expect_normal(init::normal_(weight(large)), 0, 1);
  expect_normal(init::normal_(weight(large), 2, 0.1), 2, 0.1);
}

TEST(Init, XavierHasTheVarianceOfBothFans) {
  expect_uniform(init::xavier_uniform_(weight(large)), -std::sqrt(6.0 / 500), std::sqrt(6.0 / 500));
  expect_normal(init::xavier_normal_(weight(large), 5.0 / 3), 0, 5.0 / 3 * std::sqrt(2.0 / 500));
}

TEST(Init, KaimingHasTheVarianceOfItsFanAndGain) {
  const double bound = std::sqrt(2.0) * std::sqrt(3.0 / 100);
  expect_uniform(init::kaiming_uniform_(weight(large)), -bound, bound);
  expect_normal(init::kaiming_normal_(weight(large), {.mode = "fan_out", .nonlinearity = "relu"}), 0,
                std::sqrt(2.0 / 400));
  expect_normal(init::kaiming_normal_(weight(large), {.a = 0.5}), 0, std::sqrt(2 / 1.25 / 100));
  const double linear = std::sqrt(3.0 / 100);
  expect_uniform(init::kaiming_uniform_(weight(large), {.nonlinearity = "linear"}), -linear, linear);
}

TEST(Init, TruncatedNormalIsTheNormalWithinItsBounds) {
  const hs::Shape some{4000};
  expect_truncated(init::trunc_normal_(weight(some)), 0, 1, -2, 2);
  expect_truncated(init::trunc_normal_(weight(some), 1, 0.5, 0, 1.5), 1, 0.5, 0, 1.5);
  expect_truncated(init::trunc_normal_(weight(some), 0, 1, 3, 3.5), 0, 1, 3, 3.5);  // in the tail
  expect_truncated(init::trunc_normal_(weight(some), 0, 1, -0.1, 0.1), 0, 1, -0.1, 0.1);
  expect_truncated(init::trunc_normal_(weight(some), 0, 1, -5, -2), 0, 1, -5, -2);
}

TEST(Init, OrthogonalIs) {
  expect_orthogonal({20, 20}, 1);
  expect_orthogonal({5, 30}, 2);
  expect_orthogonal({30, 5}, 0.5);
  expect_orthogonal({6, 2, 3, 2}, 1);
  expect_orthogonal({200, 100}, 1);
}

// The first entry of an evenly drawn unit vector of three is uniform in ±1 (Archimedes).
TEST(Init, OrthogonalHasNoPreferredDirection) {
  hs::manual_seed(11);
  std::vector<double> entries;
  for (int i = 0; i < 4000; ++i) {
    const Parameter matrix("matrix", hs::zeros({3, 3}, {.dtype = hs::float64}));
    entries.push_back(init::orthogonal_(matrix).value()[2][1].item());
  }
  expect_uniform(Parameter("entries", hs::tensor(entries)), -1, 1);
}

TEST(Init, ConstantsAreWhatTheySay) {
  EXPECT_EQ(init::zeros_(Parameter("w", hs::ones({2}))).value().to_vector<float>(),
            (std::vector<float>{0, 0}));
  EXPECT_EQ(init::ones_(Parameter("w", hs::zeros({2}))).value().to_vector<float>(),
            (std::vector<float>{1, 1}));
  const Parameter w("w", hs::zeros({2}));
  EXPECT_TRUE(init::constant_(w, 0.25).is(w));
  EXPECT_EQ(w.value().to_vector<float>(), (std::vector<float>{0.25F, 0.25F}));
}

TEST(Init, DrawsFromTheGeneratorThatItIsGiven) {
  hs::Generator a(3), b(3);
  const Parameter w("w", hs::zeros({50, 4}));
  const auto first = init::normal_(w, 0, 1, a).value().to_vector<float>();
  EXPECT_EQ(init::normal_(w, 0, 1, b).value().to_vector<float>(), first);
  EXPECT_NE(init::normal_(w, 0, 1, b).value().to_vector<float>(), first);
  EXPECT_EQ(w.version(), 3U);
}

TEST(Init, GainsArePyTorchs) {
  EXPECT_EQ(init::calculate_gain("linear") + init::calculate_gain("conv2d") + init::calculate_gain("sigmoid"),
            3);
  EXPECT_EQ(init::calculate_gain("tanh"), 1.6666666666666667);
  EXPECT_EQ(init::calculate_gain("relu"), 1.4142135623730951);
  EXPECT_EQ(init::calculate_gain("leaky_relu"), 1.4141428569978354);
  EXPECT_EQ(init::calculate_gain("leaky_relu", 0.3), 1.3545709229571927);
  EXPECT_EQ(init::calculate_gain("selu"), 0.75);
}

TEST(Init, RefusesWhatHasNoMeaning) {
  expect_error<hs::ValueError>(
      [] { init::calculate_gain("softmax"); },
      "calculate_gain: there is no nonlinearity \"softmax\"; there are linear, conv1d, "
      "conv2d, conv3d, sigmoid, tanh, relu, leaky_relu and selu");
  const Parameter bias("0.bias", hs::zeros({3})), w("w", hs::zeros({3, 2}));
  expect_error<hs::ShapeError>(
      [&] { init::xavier_uniform_(bias); },
      "xavier_uniform_: \"0.bias\" has shape [3], and a weight with inputs and outputs has "
      "two axes or more");
  expect_error<hs::ShapeError>(
      [&] { init::orthogonal_(bias); },
      "orthogonal_: \"0.bias\" has shape [3], and a weight with inputs and outputs has two "
      "axes or more");
  expect_error<hs::ValueError>([&] { init::kaiming_normal_(w, {.mode = "fan"}); },
                               "kaiming_normal_: mode is \"fan\" and must be \"fan_in\" or \"fan_out\"");
  expect_error<hs::ValueError>([&] { init::trunc_normal_(w, 0, 0); },
                               "trunc_normal_: std is 0 and must be above 0");
  expect_error<hs::ValueError>([&] { init::trunc_normal_(w, 0, 1, 2, 1); },
                               "trunc_normal_: a is 2 and b 1; a must be the smaller one");
}
