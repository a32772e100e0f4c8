// Expected numbers are PyTorch 1.13's: ten steps on Σ (sin w + w²) from w = (1, −2), lr 0.1, float64.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
using hs::optim::SGD;
using hs::optim::SGDOptions;

namespace {

void expect_ten_steps(const SGDOptions& options, double first, double second) {
  const hs::Parameter w("w", hs::tensor({1, -2}, {.dtype = hs::float64}));
  const SGD optimizer({w}, options);
  for (int i = 0; i < 10; ++i) {
    optimizer.zero_grad();
    (hs::sin(w) + hs::pow(w, 2)).sum().backward();
    optimizer.step();
  }
  EXPECT_NEAR(w.value().array().at(0), first, tolerance::float64_rounding);
  EXPECT_NEAR(w.value().array().at(1), second, tolerance::float64_rounding);
}

}  // namespace

TEST(SGD, PlainIsPyTorchs) { expect_ten_steps({.lr = 0.1}, -0.3169134960262902, -0.5239106124940331); }
TEST(SGD, WithMomentumIsPyTorchs) {
  expect_ten_steps({.lr = 0.1, .momentum = 0.9}, -0.12198502907671945, -0.669359614483484);
}
TEST(SGD, WithNesterovAndWeightDecayIsPyTorchs) {
  expect_ten_steps({.lr = 0.1, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true}, -0.3113291793230159,
                   -0.6519560211570562);
}
TEST(SGD, WithWeightDecayIsPyTorchs) {
  expect_ten_steps({.lr = 0.1, .weight_decay = 0.1}, -0.3160826823246448, -0.4989408347905002);
}

TEST(SGD, LeavesParametersWithoutAGradientAlone) {
  const hs::Parameter used("used", hs::tensor({1.0})), unused("unused", hs::tensor({1.0}));
  const SGD optimizer({used, unused}, {.lr = 0.1, .momentum = 0.9, .weight_decay = 0.5});
  used.value().sum().backward();
  optimizer.step();
  EXPECT_EQ(unused.version(), 0U);
  EXPECT_EQ(used.version(), 1U);
}

TEST(SGD, RefusesOptionsOutsideTheirDomain) {
  expect_error<hs::ValueError>([] { SGD({}, {.lr = -1}); }, "optimizer: lr is -1 and must be 0 or more");
  expect_error<hs::ValueError>(
      [] { SGD({}, {.lr = 1, .nesterov = true}); },
      "SGD: Nesterov's method needs momentum: give {.momentum = 0.9, .nesterov = true}");
  expect_error<hs::ValueError>([] { SGD({}, {.momentum = 0.9, .dampening = 0.5, .nesterov = true}); },
                               "SGD: Nesterov's method takes no dampening: leave it at 0");
}
