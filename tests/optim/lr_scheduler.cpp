// Expected numbers are PyTorch 1.13's: the rate at each of 12 epochs, from 0.5.
#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace optim = hindsight::optim;

namespace {

const optim::SGD& fresh(const optim::SGD& optimizer) {
  optimizer.set_lr(0.5);
  return optimizer;
}

void expect_rates(const optim::Optimizer& optimizer, const std::vector<optim::LRScheduler>& schedules,
                  const std::vector<double>& expected) {
  for (std::size_t epoch = 0; epoch < expected.size(); ++epoch) {
    EXPECT_NEAR(optimizer.lr(), expected[epoch], tolerance::float64_rounding) << "epoch " << epoch;
    EXPECT_EQ(schedules.back().last_lr(), optimizer.lr());
    EXPECT_EQ(schedules.back().last_epoch(), static_cast<std::int64_t>(epoch));
    for (const optim::LRScheduler& schedule : schedules) schedule.step();
  }
}

const optim::SGD optimizer({}, {.lr = 0.5});

}  // namespace

TEST(StepLR, IsPyTorchs) {
  expect_rates(optimizer, {optim::StepLR(fresh(optimizer), 4)},
               {0.5, 0.5, 0.5, 0.5, 0.05, 0.05, 0.05, 0.05, 0.005000000000000001, 0.005000000000000001,
                0.005000000000000001, 0.005000000000000001, 0.0005000000000000001});
  expect_rates(optimizer, {optim::StepLR(fresh(optimizer), 3, {.gamma = 0.5})},
               {0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125, 0.0625, 0.0625, 0.0625, 0.03125});
}

TEST(ExponentialLR, IsPyTorchs) {
  expect_rates(optimizer, {optim::ExponentialLR(fresh(optimizer), 0.9)},
               {0.5, 0.45, 0.405, 0.36450000000000005, 0.32805000000000006, 0.2952450000000001,
                0.2657205000000001, 0.23914845000000007, 0.21523360500000008, 0.19371024450000007,
                0.17433922005000008, 0.15690529804500009, 0.14121476824050008});
}

TEST(CosineAnnealingLR, IsPyTorchsDownAndUpAndDown) {
  expect_rates(optimizer, {optim::CosineAnnealingLR(fresh(optimizer), 5, {.eta_min = 0.01})},
               {0.5, 0.45320916362186214, 0.33070916362186215, 0.1792908363781379, 0.0567908363781379, 0.01,
                0.05679083637813787, 0.17929083637813795, 0.33070916362186226, 0.45320916362186237,
                0.5000000000000002, 0.4532091636218625, 0.3307091636218623});
  expect_rates(optimizer, {optim::CosineAnnealingLR(fresh(optimizer), 10)},
               {0.5, 0.4877641290737884, 0.45225424859373686, 0.3969463130731183, 0.32725424859373686, 0.25,
                0.17274575140626316, 0.10305368692688174, 0.047745751406263165, 0.012235870926211617, 0.0,
                0.012235870926211617, 0.047745751406263325});
}

TEST(LinearLR, IsPyTorchs) {
  expect_rates(optimizer, {optim::LinearLR(fresh(optimizer))},
               {0.16666666666666666, 0.23333333333333334, 0.30000000000000004, 0.36666666666666675,
                0.43333333333333346, 0.5000000000000001, 0.5000000000000001, 0.5000000000000001});
  expect_rates(
      optimizer,
      {optim::LinearLR(fresh(optimizer), {.start_factor = 0.1, .end_factor = 0.8, .total_iters = 8})},
      {0.05, 0.09375, 0.1375, 0.18125, 0.225, 0.26875, 0.3125, 0.35625000000000007, 0.4000000000000001,
       0.4000000000000001, 0.4000000000000001});
}

TEST(LRScheduler, SeveralMultiplyAsInPyTorch) {
  const optim::LinearLR warm_up(fresh(optimizer), {.start_factor = 0.25, .total_iters = 4});
  const optim::ExponentialLR decay(optimizer, 0.9);
  expect_rates(
      optimizer, {warm_up, decay},
      {0.125, 0.196875, 0.253125, 0.29615625, 0.32805000000000006, 0.2952450000000001, 0.2657205000000001});
}

TEST(LRScheduler, KeepsARateThatWasSetInBetween) {
  const optim::ExponentialLR decay(fresh(optimizer), 0.9);
  decay.step();
  optimizer.set_lr(0.2);
  decay.step();
  EXPECT_NEAR(optimizer.lr(), 0.18, tolerance::float64_rounding);
}

TEST(LRScheduler, RefusesOptionsOutsideTheirDomain) {
  fresh(optimizer);
  expect_error<hs::ValueError>([] { optim::StepLR(optimizer, 0); },
                               "StepLR: step_size is 0 and must be at least 1");
  expect_error<hs::ValueError>([] { optim::ExponentialLR(optimizer, -0.5); },
                               "ExponentialLR: gamma is -0.5 and must be 0 or more");
  expect_error<hs::ValueError>([] { optim::CosineAnnealingLR(optimizer, 0); },
                               "CosineAnnealingLR: t_max is 0 and must be at least 1");
  expect_error<hs::ValueError>([] { optim::LinearLR(optimizer, {.start_factor = 0}); },
                               "LinearLR: start_factor is 0 and must be above 0 and at most 1");
  expect_error<hs::ValueError>([] { optim::ConstantLR(optimizer, {.factor = 0}); },
                               "ConstantLR: factor is 0 and must be above 0 and at most 1");
  expect_error<hs::ValueError>([] { optim::MultiStepLR(optimizer, {1}, {.gamma = -1}); },
                               "MultiStepLR: gamma is -1 and must be 0 or more");
  EXPECT_EQ(optimizer.lr(), 0.5) << "a schedule that was refused changes nothing";
}

TEST(OneCycleLR, MovesTheFirstBetaOfAdam) {
  const hs::Parameter w("w", hs::tensor({1.0, -2.0}, {.dtype = hs::float64}));
  const optim::Adam adam({w}, {.lr = 0.1});
  optim::OneCycleLR schedule(adam, 0.1, {.total_steps = 10});
  for (int step = 0; step < 6; ++step) {
    const hs::Tensor x = w.value();
    adam.zero_grad();
    (x * x * x + x * x).sum().backward();
    adam.step();
    schedule.step();
  }
  // torch.optim.Adam under torch.optim.lr_scheduler.OneCycleLR, the same six steps in float64.
  const std::vector<double> expected{0.6829236291725367, -2.334793689379414};
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_NEAR(w.value().to_vector<double>()[i], expected[i],
                tolerance::golden_float64 * 2 * std::abs(expected[1]));
}

TEST(OneCycleLR, RefusesOptionsOutsideTheirDomain) {
  const auto made = [](const optim::Optimizer& of, const optim::OneCycleLROptions& options) {
    return optim::OneCycleLR(of, 0.1, options);
  };
  const optim::SGD sgd({}, {.lr = 0.5});
  expect_error<hs::ValueError>([&] { made(sgd, {}); },
                               "OneCycleLR: give total_steps, or epochs and steps_per_epoch, of at least 1");
  expect_error<hs::ValueError>([&] { made(sgd, {.total_steps = 5, .pct_start = 2}); },
                               "OneCycleLR: pct_start is 2 and must be from 0 to 1");
  expect_error<hs::ValueError>(
      [&] { made(sgd, {.total_steps = 5, .pct_start = 0.2}); },
      "OneCycleLR: pct_start 0.2 of 5 steps has no step in which to go up; take another share");
  expect_error<hs::ValueError>([&] { made(sgd, {.total_steps = 5, .anneal_strategy = "sine"}); },
                               "OneCycleLR: anneal_strategy is \"sine\" and must be \"cos\" or \"linear\"");
  expect_error<hs::ValueError>(
      [&] {
        optim::OneCycleLR(sgd, {1, 2}, {.total_steps = 5});
      },
      "OneCycleLR: max_lr: got 2 numbers for 1 groups; give one, or one for each group");
  expect_error<hs::ValueError>([&] { optim::LambdaLR(sgd, std::vector<optim::LambdaLR::Factor>{}); },
                               "LambdaLR: got 0 factors for 1 groups; give one for each group");
  expect_error<hs::ValueError>(
      [&] {
        optim::ReduceLROnPlateau(sgd, {.min_lr = {1, 2, 3}});
      },
      "ReduceLROnPlateau: min_lr: got 3 numbers for 1 groups; give one, or one for each group");
  expect_error<hs::ValueError>(
      [&] { made(optim::Adagrad({}), {.total_steps = 5}); },
      "this kind of optimizer has no momentum to cycle: give {.cycle_momentum = false}");
  const optim::OneCycleLR schedule = made(sgd, {.total_steps = 2});
  schedule.step();
  schedule.step();
  expect_error<hs::ValueError>([&] { schedule.step(); }, "OneCycleLR: this is step 4, and the cycle has 2");
}

TEST(ComposedSchedules, RefuseWhatDoesNotGoTogether) {
  const optim::SGD a({}, {.lr = 0.5}), b({}, {.lr = 0.5});
  const optim::ExponentialLR of_a(a, 0.9), of_b(b, 0.9);
  expect_error<hs::ValueError>(
      [&] {
        optim::SequentialLR(a, {of_a, of_b}, {3});
      },
      "SequentialLR: schedule 1 is of another optimizer");
  expect_error<hs::ValueError>(
      [&] {
        optim::SequentialLR(a, {of_a, of_a}, {3, 4});
      },
      "SequentialLR: 2 schedules need 1 milestones between them, and got 2");
  expect_error<hs::ValueError>(
      [&] {
        optim::ChainedScheduler({of_a, of_b});
      },
      "ChainedScheduler: schedule 1 is of another optimizer");
  expect_error<hs::ValueError>([&] { optim::ChainedScheduler({}); },
                               "ChainedScheduler: give one schedule or more");
}

TEST(ReduceLROnPlateau, RefusesOptionsOutsideTheirDomain) {
  const auto made = [](const optim::ReduceLROnPlateauOptions& options) {
    return optim::ReduceLROnPlateau(optimizer, options);
  };
  expect_error<hs::ValueError>([&] { made({.factor = 1}); },
                               "ReduceLROnPlateau: factor is 1 and must be 0 or more and below 1");
  expect_error<hs::ValueError>([&] { made({.mode = "least"}); },
                               "ReduceLROnPlateau: mode is \"least\" and must be \"min\" or \"max\"");
  expect_error<hs::ValueError>([&] { made({.threshold_mode = "log"}); },
                               "ReduceLROnPlateau: threshold_mode is \"log\" and must be \"rel\" or \"abs\"");
}
