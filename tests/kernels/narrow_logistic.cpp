// The logistic loss and its residual against float64.
#include <limits>

#include "kernels/narrow_rows.hpp"

namespace hindsight::kernels {
namespace {

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
  const LogisticSums sums =
      kernels.logistic_residual({z.data(), t.data(), d.data(), scale, samples, z.vectors});
  long double sum = 0, residuals = 0;  // 5,000 additions in float64 would err more than the kernel
  for (std::size_t s = 0; s < samples; ++s) {
    const double logit = double(z(0, s)), target = double(t(0, s));
    sum += std::max(logit, 0.0) - logit * target + std::log1p(std::exp(-std::abs(logit)));
    const double residual = double(scale) * (1 / (1 + std::exp(-logit)) - target);
    residuals += residual;
    EXPECT_NEAR(double(d(0, s)), residual, rounding<T> * double(scale)) << "z = " << logit;
  }
  const auto expected = static_cast<double>(sum);
  EXPECT_NEAR(sums.residual, static_cast<double>(residuals), rounding<T>) << samples << " samples";
  EXPECT_NEAR(sums.loss, expected, rounding<T> * std::max(1.0, expected)) << samples << " samples";
  for (std::size_t s = samples; s < z.vectors * n; ++s) EXPECT_EQ(d(0, s), 0) << "padding";
}

TEST(NarrowLogistic, LossAndResidualAreThoseOfFloat64) {
  on_every_target([](const auto& kernels) {
    for (const std::size_t samples : sample_counts)
      for (const double spread : {0.0, 1e-6, 1.0, 20.0, 200.0, 1e4}) check_logistic(kernels, samples, spread);
    check_logistic(kernels, 5000, 0);  // every factor of the product is 2
    check_logistic(kernels, 5000, 20);
  });
}

TEST(NarrowLogistic, TheLossAndTheResidualOfANanAreNan) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    const std::size_t n = kernels.lanes, samples = 2 * n;
    Rows<T> z(1, samples, n, T(junk)), t(1, samples, n, T(junk)), d(1, samples, n, T(junk));
    z.fill([] { return 3; });
    t.fill([] { return 0; });
    z(0, 1) = std::numeric_limits<T>::quiet_NaN();
    const LogisticSums sums = kernels.logistic_residual({z.data(), t.data(), d.data(), T(1), samples, 2});
    EXPECT_TRUE(std::isnan(sums.loss));
    EXPECT_TRUE(std::isnan(sums.residual));
    for (std::size_t s = 0; s < samples; ++s) EXPECT_EQ(std::isnan(d(0, s)), s == 1) << s;
  });
}

TEST(NarrowLogistic, CountsWholeVectorsOfPaddingAsNothing) {
  on_every_target([](const auto& kernels) {
    using T = NumberOf<decltype(kernels)>;
    const std::size_t n = kernels.lanes;
    Rows<T> z(1, 2 * n, n, T(junk)), t(1, 2 * n, n, T(junk)), d(1, 2 * n, n, T(junk));
    z.fill([] { return 3; });
    t.fill([] { return 0; });
    const LogisticSums sums = kernels.logistic_residual({z.data(), t.data(), d.data(), T(1), 1, 2});
    EXPECT_NEAR(sums.residual, double(d(0, 0)), rounding<T>);
    EXPECT_NEAR(sums.loss, 3 + std::log1p(std::exp(-3.0)), 4 * rounding<T>);
    for (std::size_t s = 1; s < 2 * n; ++s) EXPECT_EQ(d(0, s), 0);
  });
}

}  // namespace
}  // namespace hindsight::kernels
