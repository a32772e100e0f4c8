#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::Tensor;
using hs::tensor;

namespace {
Tensor leaf(double value) { return tensor(value, {.dtype = hs::float64, .requires_grad = true}); }
}  // namespace

TEST(Backward, AddsUpInLeaves) {
  const Tensor x = leaf(3);
  (x * x).backward();
  (x * x).backward();
  EXPECT_EQ(x.grad().item(), 12);
}

TEST(Backward, AddsUpInParameters) {
  const hs::Parameter w("w", tensor(3.0, {.dtype = hs::float64}));
  (w.value() * w.value()).backward();
  (w.value() * w.value()).backward();
  EXPECT_EQ(w.grad().item(), 12);
}

TEST(Backward, GivesTheGradientInTheDtypeOfTheLeaf) {
  const Tensor x = leaf(3);
  x.to(hs::float32).backward();
  EXPECT_EQ(x.grad().dtype(), hs::float64);
}

TEST(Backward, FlowsThroughADenseCopy) {
  const Tensor x = tensor({{1, 2}, {3, 4}}, {.dtype = hs::float64, .requires_grad = true});
  const Tensor copy = x.t().contiguous();
  EXPECT_EQ(copy.data<double>()[1], 3);
  EXPECT_EQ(hs::grad((copy * copy).sum(), x).to_vector<double>(), (std::vector<double>{2, 4, 6, 8}));
}

TEST(Backward, CountsEveryUseOfASharedNode) {
  const Tensor x = leaf(2);
  const Tensor y = x * x;
  (y * y + y).backward();
  EXPECT_EQ(x.grad().item(), 4 * 8 + 4) << "d(x⁴ + x²) = 4x³ + 2x at 2";
}

TEST(Backward, NeedsAScalarOrACotangent) {
  const Tensor x = tensor({1, 2}, {.requires_grad = true});
  expect_error<hs::ShapeError>(
      [&] { (x * x).backward(); },
      "backward: the output has shape [2] and is no scalar: reduce it (sum, mean) or give a "
      "cotangent of that shape");
  (x * x).backward(tensor({1, 10}));
  EXPECT_EQ(x.grad().to_vector<float>(), (std::vector<float>{2, 40}));
}

TEST(Backward, SaysWhenNothingRequiresAGradient) {
  expect_error<hs::StateError>(
      [] { (tensor(1.0) * 2.0).backward(); },
      "backward: the output does not depend on anything that requires a gradient: no parameter and "
      "no requires_grad_() leaf was used, or it was computed under NoGrad");
}

TEST(Grad, TouchesNoLeafAndGivesZerosWhereNothingFlows) {
  const Tensor x = leaf(2), other = leaf(5);
  const Tensor inputs[] = {x, other};
  const auto gradients = hs::grad(x * x, inputs);
  EXPECT_EQ(gradients[0].item(), 4);
  EXPECT_EQ(gradients[1].item(), 0);
  EXPECT_FALSE(x.grad().defined());
}

TEST(Grad, ReachesNodesInBetween) {
  const Tensor x = leaf(2);
  const Tensor y = x * 3.0;
  EXPECT_EQ(hs::grad(y * y, y).item(), 12);
}

TEST(Grad, OfAnyOrder) {
  const Tensor x = leaf(0.7);
  Tensor derivative = hs::sin(x);
  const double expected[] = {std::cos(0.7), -std::sin(0.7), -std::cos(0.7), std::sin(0.7), std::cos(0.7)};
  for (const double want : expected) {
    derivative = hs::grad(derivative, x, {.create_graph = true});
    EXPECT_NEAR(derivative.item(), want, 1e-15);
  }
}

TEST(Grad, RecordsNoHistoryUnlessAsked) {
  const Tensor x = leaf(2);
  EXPECT_TRUE(hs::grad(x * x * x, x).is_leaf());
  EXPECT_FALSE(hs::grad(x * x * x, x, {.create_graph = true}).is_leaf());
}

TEST(NoGrad, EndsWithItsScopeAndNests) {
  EXPECT_TRUE(hs::grad_enabled());
  {
    const hs::NoGrad outer;
    { const hs::NoGrad inner; }
    EXPECT_FALSE(hs::grad_enabled());
  }
  EXPECT_TRUE(hs::grad_enabled());
}

TEST(Detach, CutsTheHistory) {
  const Tensor x = leaf(3);
  const Tensor y = (x * x).detach() * x;
  EXPECT_EQ(hs::grad(y, x).item(), 9);
}

// An operation that the library does not know: every reader must work on it as it stands.
namespace {

const hs::Op cube = {
    .name = "test_cube",
    .latex = "{0}^3",
    .text = "cube({0})",
    .words = "the third power",
    .elementwise = true,
    .rule = [](hs::Operands in, const hs::Attributes&) { return in[0].type(); },
    .forward =
        [](hs::Operands in, const hs::Attributes&, hs::Array& out) {
          for (std::int64_t i = 0; i < out.elements(); ++i)
            out.mutable_data<double>()[i] = std::pow(in[0].at(i), 3);
        },
    .partials = {[](const Tensor& y) { return 3.0 * y.input(0) * y.input(0); }},
};

}  // namespace

TEST(OwnOperation, IsDifferentiatedToAnyOrder) {
  const Tensor x = leaf(2);
  const Tensor y = hs::apply(cube, {x});
  const Tensor first = hs::grad(y, x, {.create_graph = true});
  EXPECT_EQ(first.item(), 12);
  EXPECT_EQ(hs::grad(first, x).item(), 12);
}

TEST(OwnOperation, IsReadInExpressionsOnceRegistered) {
  hs::register_operation(cube);
  const auto chain = hs::explain::chain_rule(hs::explain::read_expression("2 test_cube(x + 1)", {{"x", 1}}));
  EXPECT_EQ(chain.value(), 16);
  EXPECT_EQ(chain.derivatives.at(0).value, 24);
  expect_error<hs::ValueError>([] { hs::register_operation(cube); },
                               "there is an operation \"test_cube\" already: choose another name");
}

TEST(OwnOperation, WithAFactMissingIsRefused) {
  static const hs::Op incomplete = {
      .name = "incomplete", .latex = "", .text = "", .words = "", .rule = nullptr};
  expect_error<hs::ValueError>(
      [] { hs::register_operation(incomplete); },
      "operation \"incomplete\" cannot be registered: it lacks its shape and dtype rule");
  for (const char* name : {"My-Op", "mySigmoid", "2x", "_x", "a b", "é"}) {
    const hs::Op odd = {.name = name, .latex = "", .text = "", .words = "", .rule = nullptr};
    expect_error<hs::ValueError>(
        [&] { hs::register_operation(odd); },
        "operation \"" + std::string(name) +
            "\" cannot be registered: a name has small letters, digits and underscores, and begins with a "
            "letter, as \"my_sigmoid\" does");
  }
}
