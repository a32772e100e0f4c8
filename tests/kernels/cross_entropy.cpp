// Softmax and cross entropy in one pass, against long double, on every target of this machine.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/padded_buffer.hpp"
#include "kernels/target.hpp"
#include "tolerances.hpp"

namespace kernels = hindsight::kernels;

namespace {

using Long = long double;

/// Logits, classes, and what comes of them by the definition; row-major, without padding.
template <class T>
struct Case {
  std::size_t samples, classes;
  T scale;
  std::vector<T> z;
  std::vector<std::int64_t> classes_of;
  std::vector<Long> d;
  Long loss = 0;

  Case(std::size_t sample_count, std::size_t class_count, double spread)
      : samples(sample_count), classes(class_count), scale(T(1) / static_cast<T>(sample_count)) {
    for (std::size_t s = 0; s < samples; ++s) {
      classes_of.push_back(static_cast<std::int64_t>(s * 7 % classes));
      for (std::size_t c = 0; c < classes; ++c)
        z.push_back(static_cast<T>(spread * std::sin(1.3 * double(s * classes + c))));
    }
    for (std::size_t s = 0; s < samples; ++s) add_row(s);
  }

 private:
  void add_row(std::size_t s) {
    const auto row = z.begin() + static_cast<std::ptrdiff_t>(s * classes);
    const Long largest = *std::max_element(row, row + static_cast<std::ptrdiff_t>(classes));
    const auto chosen = static_cast<std::size_t>(classes_of[s]);
    Long total = 0;
    for (std::size_t c = 0; c < classes; ++c) total += std::exp(z[s * classes + c] - largest);
    for (std::size_t c = 0; c < classes; ++c)
      d.push_back(scale * (std::exp(z[s * classes + c] - largest) / total - (c == chosen ? 1 : 0)));
    loss += largest + std::log(total) - z[s * classes + chosen];
  }
};

/// One rounding to T for each class and a few for the exponential, relative to the residual's scale and to
/// the loss.
template <class T>
void expect_residuals(const Case<T>& c, double loss, const std::vector<T>& d, const std::string& where) {
  const double rounding = sizeof(T) == 4 ? tolerance::float32_rounding : tolerance::float64_rounding;
  EXPECT_NEAR(loss, double(c.loss), rounding * std::max(double(c.samples), double(c.loss))) << where;
  for (std::size_t i = 0; i < d.size(); ++i)
    EXPECT_NEAR(d[i], double(c.d[i]), rounding * double(c.scale)) << where << ", residual " << i;
}

std::size_t whole_lines(std::size_t n, std::size_t size) { return (n * size + 63) / 64 * 64 / size; }

template <class T>
void by_rows(const kernels::Target& target, const Case<T>& c) {
  const std::size_t stride = whole_lines(c.classes, sizeof(T)) + 64 / sizeof(T);
  PaddedBuffer<T> z(c.samples * stride);
  for (std::size_t s = 0; s < c.samples; ++s)
    for (std::size_t k = 0; k < c.classes; ++k) z[s * stride + k] = c.z[s * c.classes + k];
  const double loss = kernels::vector_ops<T>(target)->cross_entropy_rows(
      {z.data(), c.classes_of.data(), z.data(), c.scale, c.samples, c.classes, stride});
  std::vector<T> d;
  for (std::size_t s = 0; s < c.samples; ++s)
    for (std::size_t k = 0; k < c.classes; ++k) d.push_back(z[s * stride + k]);
  expect_residuals<T>(c, loss, d,
                      "rows on " + std::string(target.name) + ", " + std::to_string(c.classes) + " classes");
}

template <class T>
void by_features(const kernels::Target& target, const Case<T>& c) {
  const std::size_t stride = whole_lines(c.samples, sizeof(T));
  PaddedBuffer<T> z(c.classes * stride), d(c.classes * stride);
  for (std::size_t s = 0; s < c.samples; ++s)
    for (std::size_t k = 0; k < c.classes; ++k) z[k * stride + s] = c.z[s * c.classes + k];
  const double loss = kernels::vector_ops<T>(target)->cross_entropy_features(
      {z.data(), c.classes_of.data(), d.data(), c.scale, c.samples, c.classes, stride});
  std::vector<T> residuals;
  for (std::size_t s = 0; s < c.samples; ++s)
    for (std::size_t k = 0; k < c.classes; ++k) residuals.push_back(d[k * stride + s]);
  const std::string where = "features on " + std::string(target.name);
  expect_residuals<T>(c, loss, residuals, where);
  const std::size_t lanes = kernels::narrow<T>(target).lanes, end = (c.samples + lanes - 1) / lanes * lanes;
  for (std::size_t s = c.samples; s < end; ++s)
    for (std::size_t k = 0; k < c.classes; ++k) EXPECT_EQ(d[k * stride + s], 0) << where << ", padding " << s;
}

template <class T>
class CrossEntropy : public testing::Test {};
using Floats = testing::Types<float, double>;
TYPED_TEST_SUITE(CrossEntropy, Floats);

}  // namespace

// The padding is NaN throughout.
TYPED_TEST(CrossEntropy, GivesLossAndResidualsOfRowsAndOfFeatures) {
  for (const kernels::Target& target : kernels::usable_targets())
    for (const std::size_t samples : {1U, 3U, 7U, 17U, 31U, 257U})
      for (const std::size_t classes : {1U, 2U, 3U, 10U, 16U, 17U, 40U}) {
        const Case<TypeParam> c(samples, classes, 3);
        by_rows(target, c);
        by_features(target, c);
      }
}

TYPED_TEST(CrossEntropy, StaysFiniteForHugeLogits) {
  for (const kernels::Target& target : kernels::usable_targets()) {
    const Case<TypeParam> c(31, 10, 1e4);
    ASSERT_GT(c.loss, 1e5);
    by_rows(target, c);
    by_features(target, c);
  }
}

// A logit that is NaN must not become a loss that looks well.
TYPED_TEST(CrossEntropy, PassesNaNOn) {
  using T = TypeParam;
  for (const kernels::Target& target : kernels::usable_targets())
    for (const std::size_t which : {0U, 1U, 2U}) {
      PaddedBuffer<T> z(64, T(0)), d(64);
      z[which] = std::numeric_limits<T>::quiet_NaN();
      const std::int64_t classes_of[] = {1};
      EXPECT_TRUE(std::isnan(
          kernels::vector_ops<T>(target)->cross_entropy_rows({z.data(), classes_of, d.data(), 1, 1, 3, 16})));
      EXPECT_TRUE(std::isnan(d[0]) && std::isnan(d[1]) && std::isnan(d[2]));
      PaddedBuffer<T> f(64, T(0));
      f[16 * which] = std::numeric_limits<T>::quiet_NaN();
      EXPECT_TRUE(std::isnan(kernels::vector_ops<T>(target)->cross_entropy_features(
          {f.data(), classes_of, d.data(), 1, 1, 3, 16})));
    }
}
