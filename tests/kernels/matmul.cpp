// The product of each target, in every bit: products and sums round apart, and run over k in order.
#include "kernels/matmul.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <hindsight/random.hpp>

#include "kernels/target.hpp"

namespace hs = hindsight;
namespace kernels = hindsight::kernels;

namespace {

template <class T>
const kernels::MatmulKernel<T>& kernel(const kernels::Target& target) {
  if constexpr (sizeof(T) == 4)
    return *target.kernels->matmul_float;
  else
    return *target.kernels->matmul_double;
}

template <class T>
std::vector<T> random_numbers(hs::Generator& random, std::int64_t count) {
  std::vector<T> numbers;
  for (std::int64_t i = 0; i < count; ++i) numbers.push_back(static_cast<T>(random.normal()));
  return numbers;
}

/// What lies beyond the wanted columns, NaN in b and 7 in c, is neither used nor touched.
template <class T>
void expect_exact_products(const kernels::Target& target) {
  const kernels::MatmulKernel<T>& product = kernel<T>(target);
  hs::Generator random(1);
  const std::int64_t width = product.width;
  for (const std::int64_t m : {1, 3, 4, 7, 17})
    for (const std::int64_t k : {0, 1, 2, 31})
      for (const std::int64_t columns : {std::int64_t{1}, width / 2 + 1, width}) {
        const auto a = random_numbers<T>(random, k * m);
        auto b = random_numbers<T>(random, k * width);
        for (std::int64_t p = 0; p < k; ++p)
          for (std::int64_t j = columns; j < width; ++j)
            b[static_cast<std::size_t>(p * width + j)] = std::numeric_limits<T>::quiet_NaN();
        std::vector<T> c(static_cast<std::size_t>(m * (width + 3)), T(7));
        product.panel(m, columns, k, {a.data(), 1, m}, b.data(), width, c.data(), width + 3);
        for (std::int64_t i = 0; i < m; ++i)
          for (std::int64_t j = 0; j < width + 3; ++j) {
            T wanted = j < columns ? T(0) : T(7);
            for (std::int64_t p = 0; p < k && j < columns; ++p)
              wanted += a[static_cast<std::size_t>(p * m + i)] * b[static_cast<std::size_t>(p * width + j)];
            ASSERT_EQ(c[static_cast<std::size_t>(i * (width + 3) + j)], wanted)
                << m << " x " << k << " x " << columns << " at " << i << ", " << j;
          }
      }
}

}  // namespace

TEST(MatmulKernel, GivesTheSameBitsOnEveryTarget) {
  for (const kernels::Target& target : kernels::usable_targets()) {
    SCOPED_TRACE(std::string(target.name));
    expect_exact_products<float>(target);
    expect_exact_products<double>(target);
  }
}

// What a sum of products gives: zeros without a sign, but NaN where an infinity meets a zero.
TEST(Matmul, OfColumnsOfZerosIsThatOfTheDefinition) {
  constexpr std::int64_t m = 5, k = 7, n = 50;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  hs::Generator random(1);
  auto a = random_numbers<double>(random, m * k);
  std::vector<double> b(k * n, 0), c(m * n, 7);
  b[2 * n + 20] = 1.5;
  b[3 * n + 21] = -0.0;
  for (const double special : {1.0, -infinity, std::numeric_limits<double>::quiet_NaN()}) {
    a[k + 4] = special;
    kernels::matmul<double>(m, n, k, {a.data(), k, 1}, {b.data(), n, 1}, c.data());
    for (std::int64_t i = 0; i < m; ++i)
      for (std::int64_t j = 0; j < n; ++j) {
        const double wanted = j == 20 ? a[static_cast<std::size_t>(i * k + 2)] * 1.5 : 0.0,
                     got = c[static_cast<std::size_t>(i * n + j)];
        if (i == 1 && special != 1.0)
          EXPECT_TRUE(std::isnan(got)) << special << " at " << j;
        else
          EXPECT_EQ(got, wanted) << i << ", " << j;
        EXPECT_FALSE(std::signbit(got) && got == 0 && j != 20);
      }
  }
}
