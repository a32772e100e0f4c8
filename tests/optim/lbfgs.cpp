// Trajectories are compared with PyTorch's in tests/golden/lbfgs.cpp.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::Tensor;
using hs::optim::LBFGS;

namespace {

/// Steps on the bowl Σ k·(x_k − k)², whose minimum is x = (1, 2, 3).
Tensor step_on_a_bowl(const LBFGS& optimizer, const hs::Parameter& x) {
  return optimizer.step([&] {
    optimizer.zero_grad();
    const Tensor k = hs::tensor({1, 2, 3}, {.dtype = x.dtype()});
    const Tensor loss = (k * hs::pow(x - k, 2)).sum();
    loss.backward();
    return loss;
  });
}

}  // namespace

TEST(LBFGS, FindsTheBottomOfABowlInOneStep) {
  for (const hs::DType dtype : {hs::float64, hs::float32}) {
    const hs::Parameter x("x", hs::zeros({3}, {.dtype = dtype}));
    const LBFGS optimizer({x}, {.line_search_fn = "strong_wolfe"});
    EXPECT_EQ(step_on_a_bowl(optimizer, x).item(), 1 + 8 + 27) << "the loss before the step";
    for (int k = 0; k < 3; ++k) EXPECT_NEAR(x.value().array().at(k), k + 1, 1e-6);
    EXPECT_EQ(x.value().dtype(), dtype);
  }
}

TEST(LBFGS, LeavesFrozenParametersAlone) {
  const hs::Parameter x("x", hs::zeros({3})), frozen("frozen", hs::ones({2}), false);
  const LBFGS optimizer({frozen, x});
  step_on_a_bowl(optimizer, x);
  EXPECT_EQ(frozen.version(), 0U);
  EXPECT_GT(x.version(), 0U);
}

TEST(LBFGS, GoesOnFromAStateThatWasSaved) {
  const hs::Parameter x("x", hs::zeros({3}, {.dtype = hs::float64}));
  const LBFGS first({x}, {.lr = 0.1, .max_iter = 3});
  step_on_a_bowl(first, x);
  const hs::Parameter y("y", x.value().detach());
  const LBFGS second({y}, {.lr = 0.1, .max_iter = 3});
  second.load_state_dict(first.state_dict());
  step_on_a_bowl(first, x);
  step_on_a_bowl(second, y);
  EXPECT_EQ(y.value().to_vector<double>(), x.value().to_vector<double>());
  auto state = first.state_dict();
  state.erase("state.0.d");
  expect_error<hs::ValueError>([&] { second.load_state_dict(state); },
                               "load_state_dict: the state lacks \"state.0.d\"");
  state = first.state_dict();
  state.insert_or_assign("state.0.d", hs::ones({4}));
  expect_error<hs::ShapeError>(
      [&] { second.load_state_dict(state); },
      "load_state_dict: \"state.0.d\" has shape [4] in the state and [3] in the optimizer");
  state = first.state_dict();
  state.emplace("state.0.al", hs::ones({3}));
  expect_error<hs::ValueError>([&] { second.load_state_dict(state); },
                               "load_state_dict: the state has \"state.0.al\", which the optimizer does not");
}

TEST(LBFGS, CannotBeCompiled) {
  const hs::Parameter x("x", hs::zeros({3}));
  const LBFGS optimizer({x});
  const std::string message =
      "LBFGS evaluates the loss many times a step: call step(closure), where the closure clears the "
      "gradients, "
      "computes the loss, calls backward() and returns the loss; it cannot be compiled";
  auto step = hs::compile([&](const Tensor& t) { return hs::pow(x - t, 2).sum(); }, optimizer);
  expect_error<hs::StateError>([&] { step(hs::ones({3})); }, message);
  hs::Plan by_hand(
      [&](std::span<const Tensor>) { return std::vector<Tensor>{step_on_a_bowl(optimizer, x)}; });
  expect_error<hs::StateError>([&] { by_hand.run({}); }, message);
}

TEST(LBFGS, RefusesOptionsOutsideTheirDomain) {
  expect_error<hs::ValueError>([] { LBFGS({}, {.max_iter = 0}); },
                               "LBFGS: max_iter is 0 and must be at least 1");
  expect_error<hs::ValueError>([] { LBFGS({}, {.max_eval = 0}); },
                               "LBFGS: max_eval is 0 and must be at least 1");
  expect_error<hs::ValueError>([] { LBFGS({}, {.history_size = 0}); },
                               "LBFGS: history_size is 0 and must be at least 1");
  expect_error<hs::ValueError>([] { LBFGS({}, {.lr = -1}); }, "optimizer: lr is -1 and must be 0 or more");
  expect_error<hs::ValueError>([] { LBFGS({}, {.line_search_fn = "armijo"}); },
                               "LBFGS: line_search_fn is \"armijo\" and must be \"strong_wolfe\" or empty");
}
