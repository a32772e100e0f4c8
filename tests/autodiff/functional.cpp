// Expected values from torch.autograd.functional (PyTorch 1.13, float64).
#include <gtest/gtest.h>

#include <hindsight/autodiff/functional.hpp>
#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
using hs::Shape;
using hs::Tensor;
using hs::tensor;
using Tensors = std::vector<Tensor>;
using List = std::span<const Tensor>;

namespace {

constexpr hs::TensorOptions exact{.dtype = hs::float64};

void expect_values(const Tensor& got, const Shape& shape, const std::vector<double>& want) {
  EXPECT_EQ(got.shape(), shape);
  ASSERT_EQ(got.elements(), static_cast<std::int64_t>(want.size()));
  for (std::size_t i = 0; i < want.size(); ++i)
    EXPECT_NEAR(got.array().at(static_cast<std::int64_t>(i)), want[i], tolerance::float64_rounding) << i;
}

/// tanh(A x) · x₀
Tensor gated(const Tensor& x) {
  const Tensor a = tensor({{0.5, -1, 2}, {1.5, 0.3, -0.7}}, exact);
  return hs::tanh(a.matmul(x.reshape({3, 1}))).reshape({2}) * x[0];
}
/// exp(x₀ x₁) + sin(x₂) x₀
Tensor mixed(const Tensor& x) { return hs::exp(x[0] * x[1]) + hs::sin(x[2]) * x[0]; }
/// Σ x² σ(y)
Tensor two(List in) { return (in[0] * in[0] * hs::sigmoid(in[1])).sum(); }

const Tensor& point() {
  static const Tensor x = tensor({0.2, -0.4, 1.1}, exact);
  return x;
}
const std::vector<double> jacobian_of_gated{0.992797876353559,    -0.00358084535088272, 0.00716169070176544,
                                            -0.31413241399062025, 0.043152638707381834, -0.10068949031722427};
const std::vector<double> hessian_of_mixed{0.14769861542186175,  0.8492670386757049,
                                           0.4535961214255773,   0.8492670386757049,
                                           0.036924653855465436, 0,
                                           0.4535961214255773,   0,
                                           -0.1782414720122871};

}  // namespace

TEST(Functional, VjpGivesTheValueAndTheVectorTimesTheJacobian) {
  const auto [value, product] = hs::vjp(gated, point(), tensor({1.0, -2.0}, exact));
  expect_values(value, {2}, {0.19820149073562354, -0.10597912150550588});
  expect_values(product, {3}, {1.6210627043347994, -0.08988612276564639, 0.20854067133621398});
  EXPECT_FALSE(value.requires_grad() || product.requires_grad()) << "unless create_graph asks for it";
}

TEST(Functional, JvpGivesTheJacobianTimesTheVector) {
  const auto [value, product] = hs::jvp(gated, point(), tensor({1.0, -2.0, 0.5}, exact));
  expect_values(value, {2}, {0.19820149073562354, -0.10597912150550588});
  expect_values(product, {2}, {1.003540412406207, -0.450782436563996});
}

TEST(Functional, JacobianHasTheShapeOfTheOutputThenThatOfTheInput) {
  for (const auto strategy : {hs::JacobianStrategy::reverse_mode, hs::JacobianStrategy::forward_mode}) {
    expect_values(hs::jacobian(gated, point(), {.strategy = strategy}), {2, 3}, jacobian_of_gated);
    const Tensor m = tensor({{1, 2}, {3, 4}, {5, 6}}, exact);
    expect_values(hs::jacobian([](const Tensor& x) { return x.sum(0); }, m, {.strategy = strategy}),
                  {2, 3, 2}, {1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1});
    const auto empty = [](const Tensor& x) { return x.slice(0, 0, 0); };
    EXPECT_EQ(hs::jacobian(empty, m, {.strategy = strategy}).shape(), (Shape{0, 2, 3, 2}));
  }
}

TEST(Functional, JacobianOfSeveralInputsIsOneForEach) {
  const Tensors inputs{tensor({1.0, 2.0}, exact), tensor({3.0, 4.0}, exact)};
  const auto blocks = hs::jacobian([](List in) { return in[0] * in[1]; }, inputs);
  ASSERT_EQ(blocks.size(), 2U);
  expect_values(blocks[0], {2, 2}, {3, 0, 0, 4});
  expect_values(blocks[1], {2, 2}, {1, 0, 0, 2});
}

TEST(Functional, JacobianCanItselfBeDifferentiated) {
  const Tensor x = tensor({0.5, 2.0}, exact).requires_grad_();
  const auto cube = [](const Tensor& in) { return in * in * in; };
  const Tensor jacobian = hs::jacobian(cube, x, {.create_graph = true});
  expect_values(hs::grad(jacobian.sum(), x), {2}, {3, 12});
}

TEST(Functional, HessianHasTheShapeOfTheInputTwice) {
  expect_values(hs::hessian(mixed, point()), {3, 3}, hessian_of_mixed);
  const Tensor m = tensor({{1.0, 2.0}}, exact);
  expect_values(hs::hessian([](const Tensor& x) { return (x * x).sum(); }, m), {1, 2, 1, 2}, {2, 0, 0, 2});
}

TEST(Functional, HessianOfSeveralInputsIsATableOfBlocks) {
  const Tensors inputs{tensor({0.7, -1.2}, exact), tensor({0.1, 0.9}, exact)};
  const auto blocks = hs::hessian(two, inputs);
  expect_values(blocks[0][0], {2, 2}, {1.04995837495788, 0, 0, 1.4218990052500078});
  expect_values(blocks[0][1], {2, 2}, {0.3491264562700487, 0, 0, -0.49320073762143235});
  expect_values(blocks[1][0], {2, 2}, {0.3491264562700487, 0, 0, -0.49320073762143235});
  expect_values(blocks[1][1], {2, 2}, {-0.006104626643519249, 0, 0, -0.12484854035463144});
}

TEST(Functional, HessianOfALinearFunctionIsZero) {
  expect_values(hs::hessian([](const Tensor& x) { return x.sum(); }, tensor({1.0, 2.0}, exact)), {2, 2},
                {0, 0, 0, 0});
}

TEST(Functional, HvpAndVhpGiveTheHessianTimesTheVectorWithoutTheHessian) {
  const Tensor v = tensor({1.0, -2.0, 0.5}, exact);
  const std::vector<double> want{-1.3240374012167595, 0.7754177309647741, 0.36447538541943375};
  expect_values(hs::hvp(mixed, point(), v).second, {3}, want);
  expect_values(hs::vhp(mixed, point(), v).second, {3}, want);
  const Tensors inputs{tensor({0.7, -1.2}, exact), tensor({0.1, 0.9}, exact)};
  const Tensors vectors{tensor({1.0, 2.0}, exact), tensor({-1.0, 0.5}, exact)};
  for (const auto& product : {hs::hvp(two, inputs, vectors).second, hs::vhp(two, inputs, vectors).second}) {
    expect_values(product[0], {2}, {0.7008319186878313, 2.5971976416892995});
    expect_values(product[1], {2}, {0.3552310829135679, -1.0488257454201804});
  }
}

TEST(Functional, JvpOfAGraphReachesNodesInBetween) {
  const Tensor x = tensor({2.0}, exact).requires_grad_();
  const Tensor y = x * 3.0, z = y * y, one = tensor({1.0}, exact);
  expect_values(hs::jvp(z, std::span(&y, 1), std::span(&one, 1)), {1}, {12});
  expect_values(hs::jvp(z, std::span(&x, 1), std::span(&one, 1)), {1}, {36});
}

TEST(Functional, JvpCanItselfBeDifferentiated) {
  const Tensor x = tensor({0.5, 2.0}, exact).requires_grad_();
  const auto product = hs::jvp([](const Tensor& in) { return (in * in * in).sum(); }, x,
                               tensor({1.0, 10.0}, exact), {.create_graph = true});
  expect_values(hs::grad(product.second, x), {2}, {3, 120});
}

TEST(Functional, WorksUnderNoGrad) {
  const hs::NoGrad no_grad;
  expect_values(hs::hessian(mixed, point()), {3, 3}, hessian_of_mixed);
  expect_values(hs::jacobian(gated, point(), {.strategy = hs::JacobianStrategy::forward_mode}), {2, 3},
                jacobian_of_gated);
}

TEST(Functional, SaysWhatDoesNotFit) {
  const Tensor x = point();
  expect_error<hs::ShapeError>(
      [&] { hs::vjp(gated, x); },
      "vjp: the function returned shape [2], which is no scalar: give a vector v of that shape");
  expect_error<hs::ShapeError>([&] { hs::vjp(gated, x, x); },
                               "vjp: vector 0 is float64 [3] and must be like its input, float64 [2]");
  expect_error<hs::ShapeError>(
      [&] { hs::jvp(gated, x); },
      "jvp: the input has shape [3] and is no scalar: give a vector v of that shape");
  expect_error<hs::ValueError>(
      [&] {
        hs::jvp(two, Tensors{x, x}, Tensors{x});
      },
      "jvp: got 1 vectors for 2 inputs: give one for each");
  expect_error<hs::ShapeError>(
      [&] { hs::hessian(gated, x); },
      "hessian: the function returned shape [2] and must return a scalar: reduce it (sum, mean)");
  expect_error<hs::DTypeError>([] { hs::jacobian([](const Tensor& in) { return in; }, hs::arange(3)); },
                               "jacobian: input 0 is int64, and derivatives are by float32 and float64 only");
}
