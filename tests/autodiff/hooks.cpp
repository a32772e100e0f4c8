#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::Tensor;
using hs::tensor;

namespace {
Tensor leaf(double value) { return tensor(value, {.dtype = hs::float64, .requires_grad = true}); }
}  // namespace

TEST(Hook, SeesTheWholeGradientOncePerPass) {
  const Tensor x = leaf(3);
  std::vector<double> seen;
  x.register_hook([&](const Tensor& gradient) { seen.push_back(gradient.item()); });
  (x * x + x).backward();
  (x * x).backward();
  EXPECT_EQ(seen, (std::vector<double>{7, 6})) << "not 13: what was added up before is no part of it";
  EXPECT_EQ(x.grad().item(), 13);
}

TEST(Hook, MayReplaceTheGradientThatFlowsOn) {
  const Tensor x = leaf(3);
  const Tensor y = x * x;
  y.register_hook([](const Tensor& gradient) { return gradient * 10.0; });
  (y + x).backward();
  EXPECT_EQ(x.grad().item(), 61);
  EXPECT_EQ(hs::grad(y * 1.0, y).item(), 10) << "grad() of the node itself gives what its hooks left";
}

TEST(Hook, RunInTheOrderOfRegistrationUntilRemoved) {
  const Tensor x = leaf(1);
  x.register_hook([](const Tensor& gradient) { return gradient + 1.0; });
  hs::RemovableHandle twice = x.register_hook([](const Tensor& gradient) { return gradient * 2.0; });
  EXPECT_EQ(hs::grad(x * 1.0, x).item(), 4);
  twice.remove();
  twice.remove();
  EXPECT_EQ(hs::grad(x * 1.0, x).item(), 2);
}

TEST(Hook, MayTakeItselfOut) {
  const Tensor x = leaf(1);
  int calls = 0;
  hs::RemovableHandle handle;
  handle = x.register_hook([&](const Tensor&) {
    ++calls;
    handle.remove();
  });
  (x * 2.0).backward();
  (x * 2.0).backward();
  EXPECT_EQ(calls, 1);
}

TEST(Hook, HandlesOutliveTheirTensor) {
  hs::RemovableHandle handle;
  {
    const Tensor x = leaf(1);
    handle = x.register_hook([](const Tensor&) {});
  }
  handle.remove();
  hs::RemovableHandle().remove();
}

TEST(Hook, OfAParameterOutlastsItsValue) {
  hs::Parameter weight("w", tensor(2.0, {.dtype = hs::float64}));
  hs::RemovableHandle handle = weight.register_hook([](const Tensor& gradient) { return -gradient; });
  (weight.value() * 3.0).backward();
  EXPECT_EQ(weight.grad().item(), -3);
  weight.assign(tensor(5.0, {.dtype = hs::float64}));
  weight.zero_grad();
  (weight.value() * 3.0).backward();
  EXPECT_EQ(weight.grad().item(), -3);
  handle.remove();
  weight.zero_grad();
  (weight.value() * 3.0).backward();
  EXPECT_EQ(weight.grad().item(), 3);
}

TEST(Hook, IsPartOfWhatIsDifferentiatedAgain) {
  const Tensor x = leaf(2);
  const Tensor y = x * x;
  y.register_hook([&](const Tensor& gradient) { return gradient * x; });
  const Tensor first = hs::grad(y, x, {.create_graph = true});
  EXPECT_EQ(first.item(), 8) << "2x · x";
  EXPECT_EQ(hs::grad(first, x).item(), 8) << "4x";
}

TEST(Hook, SaysWhatDoesNotFit) {
  expect_error<hs::StateError>(
      [] {
        tensor({1, 2}).register_hook([](const Tensor&) {});
      },
      "register_hook() on a leaf [2], which requires no gradient, so that none will ever be computed: call "
      "requires_grad_() on a leaf first");
  const Tensor x = tensor({1, 2}, {.dtype = hs::float64, .requires_grad = true});
  const Tensor y = x * x;
  y.register_hook([](const Tensor& gradient) { return gradient.sum(); });
  expect_error<hs::ShapeError>(
      [&] { y.sum().backward(); },
      "a hook on multiply [2] returned a gradient of float64 [] in place of float64 [2]: return one of the "
      "same type, or an undefined Tensor to leave it");
}
