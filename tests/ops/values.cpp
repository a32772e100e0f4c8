// Values, conventions and refusals. Expected numbers are PyTorch's or mathematics'.
#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::Tensor;
using hs::tensor;
using Floats = std::vector<float>;

namespace {

Tensor leaf(std::initializer_list<double> values) {
  return tensor(values, {.dtype = hs::float64, .requires_grad = true});
}
std::vector<double> gradient(const Tensor& y, const Tensor& x) {
  return hs::grad(y.sum(), x).contiguous().to_vector<double>();
}

}  // namespace

TEST(Conventions, AtKinksArePyTorchs) {
  const Tensor x = leaf({-1, 0, 2});
  EXPECT_EQ(gradient(hs::relu(x), x), (std::vector<double>{0, 0, 1}));
  EXPECT_EQ(gradient(hs::abs(x), x), (std::vector<double>{-1, 0, 1}));
  const Tensor zero = tensor({0, 0, 0}, {.dtype = hs::float64});
  EXPECT_EQ(gradient(hs::maximum(x, zero), x), (std::vector<double>{0, 0.5, 1}));
  EXPECT_EQ(gradient(hs::minimum(x, zero), x), (std::vector<double>{1, 0.5, 0}));
}

TEST(Conventions, NaNIsKept) {
  EXPECT_TRUE(std::isnan(hs::relu(tensor({NAN})).item()));
  EXPECT_TRUE(std::isnan(hs::maximum(tensor({NAN}), tensor({1.0})).item()));
  EXPECT_TRUE(std::isnan(hs::minimum(tensor({1.0}), tensor({NAN})).item()));
}

TEST(HardValues, SigmoidSoftplusAndLogSoftmaxDoNotOverflow) {
  EXPECT_EQ(hs::sigmoid(tensor({-1e4, 1e4})).to_vector<float>(), (Floats{0, 1}));
  EXPECT_EQ(hs::softplus(tensor({-1e4, 1e4})).to_vector<float>(), (Floats{0, 1e4F}));
  EXPECT_EQ(hs::log_softmax(tensor({{1e4, -1e4}}), 1).to_vector<float>(), (Floats{0, -2e4F}));
  EXPECT_EQ(hs::softmax(tensor({{1e4, 1e4}}), 1).to_vector<float>(), (Floats{0.5, 0.5}));
}

TEST(BinaryCrossEntropy, HoldsTheLogarithmAtMinusAHundredAsPyTorchDoes) {
  const Tensor p = tensor({0, 1, 0, 1}), t = tensor({0, 0, 1, 1});
  EXPECT_EQ(hs::binary_cross_entropy(p, t).to_vector<float>(), (Floats{0, 100, 100, 0}));
}

TEST(BinaryCrossEntropy, WithItsSigmoidGivesPredictionMinusTarget) {
  const Tensor z = leaf({-3, 0.5, 4}), t = tensor({1, 0, 1}, {.dtype = hs::float64});
  const Tensor p = hs::sigmoid(z);
  const auto got = gradient(hs::binary_cross_entropy(p, t), z), want = (p - t).to_vector<double>();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(got[i], want[i], 1e-15);
}

TEST(BinaryCrossEntropy, RefusesWhatIsNoProbability) {
  expect_error<hs::ValueError>(
      [] {
        hs::binary_cross_entropy(tensor({0.5, 1.5}), tensor({0, 1}));
      },
      "binary_cross_entropy: takes probabilities between 0 and 1, and element 1 is 1.5; put a "
      "sigmoid before it, or use the loss from logits");
}

TEST(Power, HasTheDerivativesOfPyTorchAtZero) {
  const Tensor x = leaf({0, 2});
  EXPECT_EQ(gradient(hs::pow(x, 0), x), (std::vector<double>{0, 0}));
  EXPECT_EQ(gradient(hs::pow(x, 2), x), (std::vector<double>{0, 4}));
  const Tensor b = leaf({2, 3});
  EXPECT_EQ(gradient(hs::pow(x, b), b), (std::vector<double>{0, 8 * std::log(2.0)}));
}

TEST(Where, KeepsAnInfiniteCotangentOnItsSide) {
  const Tensor x = leaf({0, 1});
  const Tensor y = hs::where(x > 0.5, x, hs::sqrt(x));
  EXPECT_EQ(gradient(y, x)[1], 1) << "the infinite slope of sqrt at 0 must not leak as NaN";
}

TEST(Broadcasting, SumsTheGradientOfWhatWasRepeated) {
  const Tensor x = leaf({1, 2, 3});
  const Tensor m = hs::ones({2, 3}, {.dtype = hs::float64});
  EXPECT_EQ(gradient(x * m, x), (std::vector<double>{2, 2, 2}));
  const Tensor s = leaf({5});
  EXPECT_EQ(gradient(s * m, s), (std::vector<double>{6}));
}

TEST(Matmul, ExplainsWhatDoesNotFit) {
  expect_error<hs::ShapeError>(
      [] {
        hs::matmul(hs::ones({200, 2}), hs::ones({16, 1}));
      },
      "matmul: shapes [200, 2] and [16, 1] do not fit: the 2 columns of the first meet the 16 rows "
      "of the second");
}

TEST(Matmul, IsRightForEveryLayoutAndSize) {
  for (const std::int64_t m : {0, 1, 3, 7, 17})
    for (const std::int64_t k : {0, 1, 5, 31})
      for (const std::int64_t n : {0, 1, 4, 9, 33}) {
        hs::Generator generator(static_cast<std::uint32_t>(m * 1000 + k * 100 + n));
        const Tensor a(generator.normal({m, k})), b(generator.normal({k, n}));
        const auto product = hs::matmul(a, b).to_vector<double>();
        const Tensor at = Tensor(a.t().array().contiguous()).t(), bt = Tensor(b.t().array().contiguous()).t();
        EXPECT_EQ(hs::matmul(at, bt).to_vector<double>(), product) << m << " " << k << " " << n;
        for (std::int64_t i = 0; i < m; ++i)
          for (std::int64_t j = 0; j < n; ++j) {
            double sum = 0;
            for (std::int64_t p = 0; p < k; ++p) sum += a.array().at(i * k + p) * b.array().at(p * n + j);
            EXPECT_EQ(product[static_cast<std::size_t>(i * n + j)], sum);
          }
      }
}

TEST(Sum, KeepsFloat32SumsExactToTheLastRounding) {
  EXPECT_EQ(hs::full({1'000'000}, 0.1).sum().item<float>(),
            static_cast<float>(1e6 * static_cast<double>(0.1F)));
}

TEST(Reductions, OfNothingAreZeroOrNotANumber) {
  EXPECT_EQ(hs::zeros({0}).sum().item(), 0);
  EXPECT_TRUE(std::isnan(hs::zeros({0}).mean().item()));
}

TEST(OneHot, NamesAClassThatDoesNotExist) {
  expect_error<hs::IndexError>(
      [] {
        hs::one_hot(tensor({0, 3}, {.dtype = hs::int64}), 3);
      },
      "one_hot: element 1 is class 3, and there are only the 3 classes 0 to 2");
  expect_error<hs::ValueError>([] { hs::one_hot(hs::arange(2), -3); },
                               "one_hot: the number of classes is -3 and must not be negative");
  expect_error<hs::ValueError>([] { hs::one_hot(hs::arange(0)); },
                               "one_hot: [0] has no class to count the classes by; give their number");
}

TEST(Reshape, InfersOneLengthAndExplainsWhatDoesNotFit) {
  EXPECT_EQ(hs::ones({4, 3}).reshape({2, -1}).shape(), (hs::Shape{2, 6}));
  expect_error<hs::ShapeError>(
      [] {
        (void)hs::ones({4, 3}).reshape({5});
      },
      "reshape: [4, 3] has 12 elements and cannot become [5], which has 5");
}

TEST(Argmax, TakesTheFirstOfEquals) {
  EXPECT_EQ(tensor({{1, 3, 3}, {5, 2, 5}}).argmax(1).to_vector<std::int64_t>(),
            (std::vector<std::int64_t>{1, 0}));
}
