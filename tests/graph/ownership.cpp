// The rules of memory and ownership that everything else stands on.
#include <gtest/gtest.h>
#include <malloc.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"

namespace hs = hindsight;
using hs::Parameter;
using hs::Tensor;
using hs::tensor;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int freed_nodes = 1'000'000;  // a sanitizer keeps what is freed; ten million would not fit
#else
constexpr int freed_nodes = 10'000'000;
#endif

Tensor chain(const Tensor& start, int nodes) {
  Tensor x = start;
  for (int i = 0; i < nodes; ++i) x = -x;
  return x;
}

}  // namespace

TEST(Ownership, AChainOfTenMillionNodesIsFreedWithoutRecursion) {
  const Tensor start = tensor(1.0, {.requires_grad = true});
  Tensor end = chain(start, freed_nodes);
  EXPECT_EQ(end.item(), 1.0);
  end = Tensor();
  EXPECT_FALSE(end.defined());
}

TEST(Ownership, AChainOfAMillionNodesIsDifferentiatedWithoutRecursion) {
  const Tensor start = tensor(1.0, {.requires_grad = true});
  chain(start, 1'000'001).backward();
  EXPECT_EQ(start.grad().item(), -1.0);
}

TEST(Ownership, AGraphDiesWithItsLastHandle) {
  const Parameter weight("weight", tensor({1, 2, 3}));
  std::weak_ptr<Parameter::State> home = weight.state();
  Tensor kept;
  {
    const Parameter gone("gone", tensor({1, 2, 3}));
    home = gone.state();
    kept = gone.value() * 2.0;
  }
  EXPECT_TRUE(home.expired()) << "a graph must not keep a parameter's home alive";
  EXPECT_EQ(kept.to_vector<float>(), (std::vector<float>{2, 4, 6}))
      << "but it keeps the value that it was built with";
}

TEST(Ownership, AGraphWithoutAHomeStillDifferentiates) {
  Tensor loss, leaf;
  {
    const Parameter gone("gone", tensor({3.0}));
    leaf = gone.value();
    loss = (leaf * leaf).sum();
  }
  loss.backward();
  EXPECT_EQ(leaf.grad().to_vector<float>(), (std::vector<float>{6}));
}

TEST(Ownership, MemoryDoesNotGrowOverAHundredThousandTrainingSteps) {
  hs::manual_seed(0);
  const auto [X, y] = hs::data::spirals({.points_per_class = 4});
  const auto model =
      hs::nn::Sequential(hs::nn::Linear(2, 3), hs::nn::ReLU(), hs::nn::Linear(3, 1), hs::nn::Sigmoid());
  const auto optimizer = hs::optim::SGD(model.parameters(), {.lr = 0.1, .momentum = 0.9});
  const auto train = [&](int steps) {
    for (int i = 0; i < steps; ++i) {
      const Tensor loss = hs::nn::BCELoss()(model(X), y);
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
    }
    return mallinfo2().uordblks;
  };
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  train(1000);  // leaks are found by the sanitizer itself
#else
  const auto before = train(100);
  const auto after = train(100'000);
  EXPECT_LT(after, before + 10'000) << "bytes in use after 100 and after 100,100 steps";
#endif
}

TEST(Ownership, AnOldGraphKeepsItsValuesWhenAParameterMoves) {
  Parameter weight("weight", tensor({2.0}));
  const Tensor old_loss = (weight.value() * weight.value()).sum();
  weight.assign(tensor({5.0}));
  EXPECT_EQ(old_loss.item(), 4.0);
  EXPECT_EQ(weight.value().item(), 5.0);
  EXPECT_EQ(weight.version(), 1U);
}

TEST(Ownership, GradWorksOnAnOldGraph) {
  Parameter weight("weight", tensor({2.0}));
  const Tensor leaf = weight;
  const Tensor loss = (leaf * leaf * leaf).sum();
  weight.assign(tensor({5.0}));
  EXPECT_EQ(hs::grad(loss, leaf).item(), 12.0) << "3w² at the old value 2";
}

TEST(Ownership, GradByAMovedParameterMeansItsValueInThatGraph) {
  Parameter weight("weight", tensor({2.0}));
  const Tensor loss = (weight.value() * weight.value() * weight.value()).sum();
  weight.assign(tensor({5.0}));
  EXPECT_EQ(hs::grad(loss, weight).item(), 12.0) << "3w² at the old value 2";
}

TEST(Ownership, BackwardIntoAMovedParameterIsAnErrorAndChangesNothing) {
  Parameter moved("0.weight", tensor({2.0})), still("0.bias", tensor({1.0}));
  const Tensor loss = (moved.value() * moved.value() + still.value()).sum();
  moved.assign(tensor({5.0}));
  expect_error<hs::StateError>(
      [&] { loss.backward(); },
      "backward: parameter \"0.weight\" has moved since this graph was built (version 0, now 1), "
      "so its gradient must not be added to the parameter's; hindsight::grad() differentiates "
      "old graphs");
  EXPECT_FALSE(still.grad().defined());
}

TEST(Ownership, CopiesOfAHandleAreTheSameHome) {
  Parameter a("a", tensor({1.0}));
  const Parameter b = a;
  a.assign(tensor({2.0}));
  EXPECT_EQ(b.value().item(), 2.0);
  EXPECT_TRUE(a.is(b));
}

TEST(Ownership, AssigningAnotherShapeIsAnError) {
  Parameter a("0.weight", tensor({1.0, 2.0}));
  expect_error<hs::ShapeError>(
      [&] { a.assign(tensor({1.0})); },
      "parameter \"0.weight\" has shape [2] and cannot be assigned a value of shape [1]");
}

TEST(Ownership, WithoutAUseForHistoryNoneIsKept) {
  const Tensor x = tensor({1.0, 2.0});
  EXPECT_TRUE((x * 2.0).is_leaf());
  const Tensor w = tensor({1.0}, {.requires_grad = true});
  EXPECT_FALSE((x * w).is_leaf());
  const hs::NoGrad no_grad;
  EXPECT_TRUE((x * w).is_leaf());
}
