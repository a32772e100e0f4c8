// Expected numbers are PyTorch 1.13's.
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

TEST(ClipGradNorm, RefusesANegativeNorm) {
  expect_error<hs::ValueError>([] { clip_grad_norm_({}, -1); },
                               "optimizer: max_norm is -1 and must be 0 or more");
}
