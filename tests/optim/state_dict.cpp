// What optimizers and schedules remember, saved and taken over: as if nothing had happened in between.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
namespace optim = hindsight::optim;
using hs::Tensor;

namespace {

struct Start {
  hs::Parameter w{"w", hs::tensor({1, -2}, {.dtype = hs::float64})};
  hs::Parameter b{"b", hs::tensor({0.5}, {.dtype = hs::float64})};

  void step(const optim::Optimizer& optimizer) const {
    optimizer.zero_grad();
    ((hs::sin(w) + hs::pow(w, 2)).sum() + hs::exp(b).sum() * w.value()[0]).backward();
    optimizer.step();
  }
  std::vector<double> numbers() const {
    auto all = w.value().to_vector<double>();
    all.push_back(b.value().item());
    return all;
  }
};

/// Ten steps at once, and five with one optimizer and five with another that took the state over (and which
/// had made steps of its own before).
template <class Kind, class Options>
void expect_to_go_on(const Options& options) {
  const Start whole, halves;
  const Kind optimizer({whole.w, whole.b}, options), first({halves.w, halves.b}, options);
  for (int i = 0; i < 10; ++i) whole.step(optimizer);
  for (int i = 0; i < 5; ++i) halves.step(first);
  const Start elsewhere;
  const Kind used({elsewhere.w, elsewhere.b}, options);
  for (int i = 0; i < 3; ++i) elsewhere.step(used);
  used.load_state_dict(first.state_dict());
  elsewhere.w.value();
  hs::Parameter(elsewhere.w).assign(halves.w.value().detach());
  hs::Parameter(elsewhere.b).assign(halves.b.value().detach());
  for (int i = 0; i < 5; ++i) elsewhere.step(used);
  EXPECT_EQ(elsewhere.numbers(), whole.numbers());
}

std::vector<std::string> names(const std::map<std::string, Tensor>& state) {
  std::vector<std::string> all;
  for (const auto& [name, value] : state) all.push_back(name);
  return all;
}

}  // namespace

TEST(OptimizerState, LetsASecondOptimizerGoOn) {
  expect_to_go_on<optim::SGD>(optim::SGDOptions{.lr = 0.1, .momentum = 0.9, .dampening = 0.3});
  expect_to_go_on<optim::Adam>(optim::AdamOptions{.lr = 0.1, .amsgrad = true});
  expect_to_go_on<optim::AdamW>(optim::AdamWOptions{.lr = 0.1});
  expect_to_go_on<optim::RMSprop>(optim::RMSpropOptions{.lr = 0.1, .momentum = 0.9, .centered = true});
  expect_to_go_on<optim::Adagrad>(
      optim::AdagradOptions{.lr = 0.1, .lr_decay = 0.1, .initial_accumulator_value = 0.5});
}

TEST(OptimizerState, HasPyTorchsNames) {
  const Start start;
  const optim::Adam optimizer({start.w}, {.amsgrad = true});
  optimizer.add_param_group({start.b}, {.amsgrad = false});
  start.step(optimizer);
  EXPECT_EQ(names(optimizer.state_dict()),
            (std::vector<std::string>{"param_groups.0.lr", "param_groups.0.momentum", "param_groups.1.lr",
                                      "param_groups.1.momentum", "state.0.exp_avg", "state.0.exp_avg_sq",
                                      "state.0.max_exp_avg_sq", "state.0.step", "state.1.exp_avg",
                                      "state.1.exp_avg_sq", "state.1.step"}));
}

TEST(OptimizerState, OfAFreshOptimizerMakesAUsedOneForget) {
  const Start start, other;
  const optim::SGD used({start.w}, {.lr = 0.1, .momentum = 0.9}),
      fresh({other.w}, {.lr = 0.2, .momentum = 0.9});
  start.step(used);
  used.load_state_dict(fresh.state_dict());
  EXPECT_EQ(used.lr(), 0.2);
  EXPECT_EQ(used.state_dict().at("state.0.momentum_buffer").to_vector<double>(), (std::vector<double>{0, 0}));
}

TEST(OptimizerState, HoldsTheMomentumThatAScheduleMoved) {
  const optim::SGD one({}, {.momentum = 0.9}), two({}, {.momentum = 0.9});
  const optim::OneCycleLR schedule(one, 0.1, {.total_steps = 10});
  two.load_state_dict(one.state_dict());
  EXPECT_EQ(two.state_dict().at("param_groups.0.momentum").item(), 0.95);
}

TEST(OptimizerState, ThatDoesNotFitChangesNothing) {
  const Start start;
  const optim::Adam optimizer({start.w}, {.lr = 0.1});
  start.step(optimizer);
  const auto good = optimizer.state_dict();
  auto state = good;
  state.erase("state.0.step");
  state.insert_or_assign("param_groups.0.lr", hs::tensor(9, {.dtype = hs::float64}));
  expect_error<hs::ValueError>([&] { optimizer.load_state_dict(state); },
                               "load_state_dict: the state lacks \"state.0.step\"");
  state = good;
  state.emplace("state.7.exp_avg", hs::ones({2}));
  expect_error<hs::ValueError>(
      [&] { optimizer.load_state_dict(state); },
      "load_state_dict: the state has \"state.7.exp_avg\", which the optimizer does not");
  state = good;
  state.insert_or_assign("state.0.exp_avg", hs::ones({3}));
  expect_error<hs::ShapeError>(
      [&] { optimizer.load_state_dict(state); },
      "load_state_dict: \"state.0.exp_avg\" has shape [3] in the state and [2] in the optimizer");
  EXPECT_EQ(optimizer.lr(), 0.1);
}

TEST(ParameterGroups, HaveRatesOfTheirOwn) {
  const Start start;
  const optim::SGD optimizer({start.w}, {.lr = 0.1});
  optimizer.add_param_group({start.b}, {.lr = 0.2});
  EXPECT_EQ(optimizer.groups(), 2U);
  EXPECT_EQ(optimizer.parameters().size(), 2U);
  optimizer.set_lr(0.3, 1);
  EXPECT_EQ(optimizer.lr(0), 0.1);
  EXPECT_EQ(optimizer.lr(1), 0.3);
  optimizer.set_lr(0.5);
  EXPECT_EQ(optimizer.lr(0) + optimizer.lr(1), 1);
  expect_error<hs::IndexError>([&] { (void)optimizer.lr(2); }, "optimizer: there is no group 2; there are 2");
  expect_error<hs::IndexError>([] { (void)optim::SGD({}).lr(1); },
                               "optimizer: there is no group 1; there is 1");
}

TEST(ParameterGroups, HoldAParameterOnce) {
  const Start start;
  const optim::Adam optimizer({start.w});
  const std::string message = "optimizer: parameter \"w\" is given twice; a parameter is in one group, once";
  expect_error<hs::ValueError>([&] { optimizer.add_param_group({start.w}); }, message);
  expect_error<hs::ValueError>([&] { optim::SGD({start.w, start.b, start.w}); }, message);
  EXPECT_EQ(optimizer.groups(), 1U);
}

TEST(ParameterGroups, ClipEachByItself) {
  const Start start;
  const optim::SGD optimizer({start.w}, {.lr = 1, .clip_norm = 5});
  optimizer.add_param_group({start.b}, {.clip_norm = 0});
  hs::Parameter(start.w).set_grad(hs::tensor({30, 40}, {.dtype = hs::float64}));
  hs::Parameter(start.b).set_grad(hs::tensor({7}, {.dtype = hs::float64}));
  optimizer.step();
  EXPECT_NEAR(start.w.value().array().at(0), 1 - 3, 1e-6);
  EXPECT_EQ(start.b.value().item(), 0.5 - 7);
}

TEST(FrozenParameters, StayWhatTheyAre) {
  const Start start;
  hs::Parameter(start.b).requires_grad_(false);
  const optim::Adam optimizer({start.w, start.b}, {.lr = 0.1, .weight_decay = 0.5});
  start.step(optimizer);
  EXPECT_EQ(start.b.version(), 0U);
  EXPECT_EQ(start.w.version(), 1U);
}

TEST(ScheduleState, LetsASecondScheduleGoOn) {
  const optim::SGD one({}, {.lr = 0.5}), two({}, {.lr = 0.5});
  const auto made = [](const optim::SGD& of) {
    return optim::SequentialLR(of, {optim::LinearLR(of, {.total_iters = 3}), optim::CosineAnnealingLR(of, 6)},
                               {4});
  };
  const optim::SequentialLR first = made(one), second = made(two);
  for (int i = 0; i < 7; ++i) first.step();
  second.load_state_dict(first.state_dict());
  two.load_state_dict(one.state_dict());
  EXPECT_EQ(second.last_epoch(), 7);
  for (int i = 0; i < 7; ++i) {
    first.step();
    second.step();
    EXPECT_EQ(two.lr(), one.lr()) << i;
  }
}

TEST(ScheduleState, OfAPlateauLetsASecondOneGoOn) {
  const optim::SGD one({}, {.lr = 0.5}), two({}, {.lr = 0.5});
  const optim::ReduceLROnPlateau first(one, {.patience = 3, .cooldown = 2}),
      second(two, {.patience = 3, .cooldown = 2});
  for (int i = 0; i < 6; ++i) first.step(1);
  second.load_state_dict(first.state_dict());
  two.load_state_dict(one.state_dict());
  for (int i = 0; i < 9; ++i) {
    first.step(hs::tensor(1));
    second.step(1);
    EXPECT_EQ(two.lr(), one.lr()) << i;
  }
  EXPECT_NEAR(one.lr(), 0.005, 1e-15);
}

TEST(ScheduleState, ThatDoesNotFitIsRefused) {
  const optim::SGD optimizer({}, {.lr = 0.5});
  const optim::ExponentialLR schedule(optimizer, 0.9);
  auto state = schedule.state_dict();
  state.erase("last_epoch");
  expect_error<hs::ValueError>([&] { schedule.load_state_dict(state); },
                               "load_state_dict: the state lacks \"last_epoch\"");
  state.emplace("milestone", hs::tensor(1));
  expect_error<hs::ValueError>([&] { schedule.load_state_dict(state); },
                               "load_state_dict: the state has \"milestone\", which the schedule does not");
}
