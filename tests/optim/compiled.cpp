// Every optimizer, compiled: the numbers of the eager loop, whatever happens between the steps.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;
using hs::Tensor;

namespace {

nn::Sequential seeded() {
  hs::manual_seed(5);
  return nn::Sequential(nn::Linear(2, 4), nn::GELU(), nn::Linear(4, 4), nn::LeakyReLU(), nn::Linear(4, 4),
                        nn::SiLU(), nn::Linear(4, 1));
}

struct Network {
  hs::data::Dataset data = hs::data::spirals({.points_per_class = 10, .dtype = hs::float64});
  nn::Sequential model = seeded();

  Network() { model.to(hs::float64); }
  Tensor loss(const Tensor& x, const Tensor& t) const { return nn::MSELoss()(model(x), t); }
  void eager_step(const optim::Optimizer& optimizer) const {
    optimizer.zero_grad();
    loss(data.features, data.targets).backward();
    optimizer.step();
  }
};

void expect_alike(const Network& a, const Network& b) {
  const auto left = a.model.state_dict(), right = b.model.state_dict();
  for (const auto& [name, value] : left)
    for (std::int64_t i = 0; i < value.elements(); ++i)
      EXPECT_NEAR(value.array().at(i), right.at(name).array().at(i), tolerance::compiled_steps) << name << i;
}

template <class Kind, class Options>
void expect_the_eager_numbers(const Options& options) {
  const Network eager, compiled;
  const Kind eager_optimizer(eager.model.parameters(), options),
      optimizer(compiled.model.parameters(), options);
  const optim::StepLR eager_schedule(eager_optimizer, 3), schedule(optimizer, 3);
  auto step = hs::compile([&](Tensor x, Tensor t) { return compiled.loss(x, t); }, optimizer);
  for (int i = 0; i < 20; ++i) {
    for (const Network* network : {&eager, &compiled})
      network->model.parameters()[1].requires_grad_(i < 5 || i > 8);  // frozen for a while: its t stands
    eager.eager_step(eager_optimizer);
    step(compiled.data.features, compiled.data.targets);
    if (i == 12) {  // an eager step between compiled ones
      eager.eager_step(eager_optimizer);
      compiled.eager_step(optimizer);
    }
    eager_schedule.step();
    schedule.step();
  }
  expect_alike(eager, compiled);
}

}  // namespace

TEST(CompiledOptimizer, SGDWithClippingGivesTheNumbersOfTheEagerLoop) {
  expect_the_eager_numbers<optim::SGD>(optim::SGDOptions{.lr = 0.3, .momentum = 0.9, .clip_norm = 0.1});
}
TEST(CompiledOptimizer, AdamGivesTheNumbersOfTheEagerLoop) {
  expect_the_eager_numbers<optim::Adam>(
      optim::AdamOptions{.lr = 0.1, .weight_decay = 0.01, .clip_norm = 0.1});
}
TEST(CompiledOptimizer, AdamWGivesTheNumbersOfTheEagerLoop) {
  expect_the_eager_numbers<optim::AdamW>(optim::AdamWOptions{.lr = 0.1});
}

TEST(CompiledOptimizer, SGDWithDampeningGivesTheNumbersOfTheEagerLoop) {
  expect_the_eager_numbers<optim::SGD>(
      optim::SGDOptions{.lr = 0.3, .momentum = 0.9, .dampening = 0.2, .weight_decay = 0.01});
}
TEST(CompiledOptimizer, AdamWithAMSGradGivesTheNumbersOfTheEagerLoop) {
  expect_the_eager_numbers<optim::Adam>(optim::AdamOptions{.lr = 0.1, .amsgrad = true});
}
TEST(CompiledOptimizer, RMSpropGivesTheNumbersOfTheEagerLoop) {
  expect_the_eager_numbers<optim::RMSprop>(
      optim::RMSpropOptions{.lr = 0.02, .weight_decay = 0.01, .momentum = 0.5, .centered = true});
  expect_the_eager_numbers<optim::RMSprop>(optim::RMSpropOptions{.lr = 0.02});
}
TEST(CompiledOptimizer, AdagradGivesTheNumbersOfTheEagerLoop) {
  expect_the_eager_numbers<optim::Adagrad>(optim::AdagradOptions{.lr = 0.1, .lr_decay = 0.1});
}

TEST(CompiledOptimizer, GroupsHaveOptionsOfTheirOwnAndMayComeLate) {
  const Network eager, compiled;
  const auto optimizer_of = [](const Network& network) {
    const auto all = network.model.parameters();
    const optim::SGD optimizer({all[0], all[1]}, {.lr = 0.3, .momentum = 0.9});
    optimizer.add_param_group({all[2], all[3]}, {.lr = 0.05});
    return optimizer;
  };
  const optim::SGD eager_optimizer = optimizer_of(eager), optimizer = optimizer_of(compiled);
  auto step = hs::compile([&](Tensor x, Tensor t) { return compiled.loss(x, t); }, optimizer);
  for (int i = 0; i < 10; ++i) {
    if (i == 5) {  // the recording is of fewer parameters
      eager_optimizer.add_param_group({eager.model.parameters()[6]}, {.lr = 0.2});
      optimizer.add_param_group({compiled.model.parameters()[6]}, {.lr = 0.2});
    }
    if (i == 7) {
      eager_optimizer.set_lr(0.01, 1);
      optimizer.set_lr(0.01, 1);
    }
    eager.eager_step(eager_optimizer);
    step(compiled.data.features, compiled.data.targets);
  }
  expect_alike(eager, compiled);
  EXPECT_EQ(compiled.model.parameters()[6].version(), 6U) << "to(float64) and five steps";
  EXPECT_EQ(compiled.model.parameters()[7].version(), 1U) << "in no group";
}

TEST(CompiledOptimizer, OneCycleMovesRateAndMomentumOfACompiledStep) {
  const Network eager, compiled;
  const auto run = [&](const auto& eager_optimizer, const auto& optimizer) {
    auto step = hs::compile([&](Tensor x, Tensor t) { return compiled.loss(x, t); }, optimizer);
    for (int i = 0; i < 3; ++i) {  // compiled before the momentum varies
      eager.eager_step(eager_optimizer);
      step(compiled.data.features, compiled.data.targets);
    }
    const optim::OneCycleLR eager_schedule(eager_optimizer, 0.2, {.total_steps = 12}),
        schedule(optimizer, 0.2, {.total_steps = 12});
    for (int i = 0; i < 12; ++i) {
      eager.eager_step(eager_optimizer);
      step(compiled.data.features, compiled.data.targets);
      eager_schedule.step();
      schedule.step();
    }
    expect_alike(eager, compiled);
  };
  run(optim::SGD(eager.model.parameters()), optim::SGD(compiled.model.parameters()));
  run(optim::Adam(eager.model.parameters()), optim::Adam(compiled.model.parameters()));
}

TEST(ClipGradNorm, IsPartOfAStepThatIsCompiledByHand) {
  const Network eager, compiled;
  const auto step_of = [](const Network& network, const optim::SGD& optimizer) {
    return [&](std::span<const Tensor> inputs) {
      optimizer.zero_grad();
      const Tensor loss = network.loss(inputs[0], inputs[1]);
      loss.backward();
      const Tensor norm = optim::clip_grad_norm_(network.model.parameters(), 0.1);
      optimizer.step();
      return std::vector<Tensor>{loss, norm};
    };
  };
  const optim::SGD eager_optimizer(eager.model.parameters(), {.lr = 0.5}),
      optimizer(compiled.model.parameters(), {.lr = 0.5});
  const auto eager_step = step_of(eager, eager_optimizer);
  hs::Plan plan(step_of(compiled, optimizer));
  const std::vector<Tensor> inputs{eager.data.features, eager.data.targets};
  const Tensor* const given[] = {&inputs[0], &inputs[1]};
  for (int i = 0; i < 5; ++i)
    EXPECT_NEAR(plan.run(given)[1].item(), eager_step(inputs)[1].item(), tolerance::compiled_steps) << i;
  expect_alike(eager, compiled);
}
