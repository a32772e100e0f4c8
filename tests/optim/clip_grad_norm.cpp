// Expected numbers are PyTorch 1.13's.
#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
using hs::optim::clip_grad_norm_;

namespace {

/// Gradients (3, −4) and ((12)), of norm 13 together, and a parameter without one.
struct Three {
  hs::Parameter a{"a", hs::zeros({2}, {.dtype = hs::float64})},
      b{"b", hs::zeros({1, 1}, {.dtype = hs::float64})}, c{"c", hs::zeros({3})};
  Three() {
    a.set_grad(hs::tensor({3, -4}, {.dtype = hs::float64}));
    b.set_grad(hs::full({1, 1}, 12, {.dtype = hs::float64}));
  }
  void expect_gradients(double a0, double a1, double b0) const {
    EXPECT_NEAR(a.grad().array().at(0), a0, tolerance::float64_rounding);
    EXPECT_NEAR(a.grad().array().at(1), a1, tolerance::float64_rounding);
    if (std::isinf(b0))
      EXPECT_EQ(b.grad().array().at(0), b0);
    else
      EXPECT_NEAR(b.grad().array().at(0), b0, tolerance::float64_rounding);
    EXPECT_FALSE(c.grad().defined());
  }
};

}  // namespace

TEST(ClipGradNorm, ScalesAllGradientsTogetherAndGivesTheNormThatTheyHad) {
  const Three three;
  EXPECT_EQ(clip_grad_norm_({three.a, three.b, three.c}, 6.5).item(), 13);
  three.expect_gradients(1.4999998846153937, -1.9999998461538582, 5.999999538461575);
}

TEST(ClipGradNorm, NeverScalesUp) {
  const Three three;
  EXPECT_EQ(clip_grad_norm_({three.a, three.b, three.c}, 100).item(), 13);
  three.expect_gradients(3, -4, 12);
}

TEST(ClipGradNorm, IsZeroWithoutGradients) {
  const Three three;
  EXPECT_EQ(clip_grad_norm_({three.c}, 1).item(), 0);
  EXPECT_EQ(clip_grad_norm_({}, 1).item(), 0);
}

// 19 = 3 + 4 + 12, 12 the largest, and the cube root of 27 + 64 + 1728.
TEST(ClipGradNorm, TakesEveryNorm) {
  const auto norm = [](double p) {
    return clip_grad_norm_({Three().a, Three().b}, 1, {.norm_type = p}).item();
  };
  EXPECT_EQ(norm(1), 19);
  EXPECT_EQ(norm(INFINITY), 12);
  EXPECT_NEAR(norm(3), std::cbrt(27 + 64 + 1728), 12 * tolerance::float64_rounding);
  EXPECT_EQ(clip_grad_norm_({Three().c}, 1, {.norm_type = INFINITY}).item(), 0);
  const Three three;
  clip_grad_norm_({three.a, three.b, three.c}, 3, {.norm_type = INFINITY});
  const double factor = 3 / (12 + 1e-6);
  three.expect_gradients(3 * factor, -4 * factor, 12 * factor);
}

TEST(ClipGradNorm, SaysWhenTheNormIsNotFinite) {
  const Three three;
  hs::Parameter(three.b).set_grad(hs::full({1, 1}, INFINITY, {.dtype = hs::float64}));
  expect_error<hs::ValueError>(
      [&] {
        clip_grad_norm_({three.a, three.b}, 1, {.error_if_nonfinite = true});
      },
      "clip_grad_norm_: the norm of the gradients is inf, so nothing can be scaled; see DetectAnomaly for "
      "where it "
      "began, or leave error_if_nonfinite out");
  three.expect_gradients(3, -4, INFINITY);
}

TEST(ClipGradNorm, RefusesANormThatIsNone) {
  expect_error<hs::ValueError>([] { clip_grad_norm_({}, 1, {.norm_type = 0}); },
                               "clip_grad_norm_: norm_type is 0 and must be above 0");
}

TEST(ClipGradValue, HoldsEachElement) {
  const Three three;
  hs::optim::clip_grad_value_({three.a, three.b, three.c}, 3.5);
  three.expect_gradients(3, -3.5, 3.5);
  expect_error<hs::ValueError>([] { hs::optim::clip_grad_value_({}, -1); },
                               "optimizer: clip_value is -1 and must be 0 or more");
}

TEST(ClipGradNorm, RefusesANegativeNorm) {
  expect_error<hs::ValueError>([] { clip_grad_norm_({}, -1); },
                               "optimizer: max_norm is -1 and must be 0 or more");
}
