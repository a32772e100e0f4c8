// Expected numbers are PyTorch 1.13's: twenty steps from w = (1, −2), b = 0.5 in float64 on
// Σ (sin w + w²) + e^b · w[0], without the last term (so that b has no gradient) at every third step.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;
using hs::Tensor;

namespace {

struct Start {
  hs::Parameter w{"w", hs::tensor({1, -2}, {.dtype = hs::float64})};
  hs::Parameter b{"b", hs::tensor({0.5}, {.dtype = hs::float64})};

  Tensor loss(bool with_b) const {
    const Tensor of_w = (hs::sin(w) + hs::pow(w, 2)).sum();
    return with_b ? of_w + hs::exp(b).sum() * w.value()[0] : of_w;
  }
};

void expect_twenty_steps(const Start& start, const optim::Optimizer& optimizer,
                         const std::vector<double>& expected) {
  for (int i = 0; i < 20; ++i) {
    optimizer.zero_grad();
    start.loss(i % 3 != 1).backward();
    optimizer.step();
  }
  EXPECT_NEAR(start.w.value().array().at(0), expected[0], tolerance::float64_rounding);
  EXPECT_NEAR(start.w.value().array().at(1), expected[1], tolerance::float64_rounding);
  EXPECT_NEAR(start.b.value().array().at(0), expected[2], tolerance::float64_rounding);
}

template <class Kind, class Options>
void expect_twenty_steps(const Options& options, const std::vector<double>& expected) {
  const Start start;
  expect_twenty_steps(start, Kind({start.w, start.b}, options), expected);
}

}  // namespace

TEST(Adam, IsPyTorchsAndCountsTheStepsOfEachParameter) {
  expect_twenty_steps<optim::Adam>(optim::AdamOptions{.lr = 0.1},
                                   {-0.68290313076641, -0.3573888594035267, -0.3472522174984431});
}

TEST(Adam, WithAllItsOptionsIsPyTorchs) {
  expect_twenty_steps<optim::Adam>(
      optim::AdamOptions{.lr = 0.05, .betas = {0.8, 0.95}, .eps = 1e-4, .weight_decay = 0.1},
      {0.0805560232178262, -1.0796289600332307, -0.04139536435386276});
}

TEST(Adam, ClipsLikePyTorchsClipGradNorm) {
  expect_twenty_steps<optim::Adam>(optim::AdamOptions{.lr = 0.1, .clip_norm = 0.5},
                                   {-0.866877121356683, -0.2019475084282209, -0.1207165660953519});
}

TEST(AdamW, IsPyTorchs) {
  expect_twenty_steps<optim::AdamW>(optim::AdamWOptions{.lr = 0.1},
                                    {-0.6833660464477208, -0.34406425768357685, -0.3436021514940799});
}

TEST(AdamW, WithAllItsOptionsIsPyTorchs) {
  expect_twenty_steps<optim::AdamW>(
      optim::AdamWOptions{.lr = 0.05, .betas = {0.8, 0.95}, .eps = 1e-4, .weight_decay = 0.2},
      {-0.007733259003404252, -0.8426766274058677, -0.04843736283875724});
}

TEST(SGD, ClipsLikePyTorchsClipGradNorm) {
  expect_twenty_steps<optim::SGD>(optim::SGDOptions{.lr = 0.1, .momentum = 0.9, .clip_norm = 0.5},
                                  {-1.4835039483883272, 0.06392615688665094, 0.8168241179632738});
}

TEST(Adam, CorrectsItsBiasInFloat64ForFloat32Weights) {
  const hs::Parameter w("w", hs::tensor({1.0}));
  const optim::Adam optimizer({w}, {.lr = 0.5, .eps = 0});
  (3 * w.value()).sum().backward();
  optimizer.step();
  EXPECT_EQ(w.value().item<float>(), 0.5F) << "the first step is lr · sign(g)";
}

TEST(Adam, RefusesOptionsOutsideTheirDomain) {
  expect_error<hs::ValueError>(
      [] {
        optim::Adam({}, {.betas = {1, 0.999}});
      },
      "optimizer: betas.first is 1 and must be at least 0 and below 1");
  expect_error<hs::ValueError>(
      [] {
        optim::Adam({}, {.betas = {0.9, -1}});
      },
      "optimizer: betas.second is -1 and must be at least 0 and below 1");
  expect_error<hs::ValueError>([] { optim::AdamW({}, {.eps = -1}); },
                               "optimizer: eps is -1 and must be 0 or more");
  expect_error<hs::ValueError>([] { optim::Adam({}, {.clip_norm = -1}); },
                               "optimizer: clip_norm is -1 and must be 0 or more");
}
