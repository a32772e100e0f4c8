// Compiled steps of networks with convolutions, normalization and residuals: each against an eager step from
// the same weights and running statistics.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;
using hs::Tensor;

namespace {

using Make = nn::Sequential (*)();

// Without a bias before batch norm: its gradient is zero but for roundings, which Adam would make steps of.
nn::Sequential convolutional() {
  return nn::Sequential(nn::Conv2d(1, 4, 3, {.padding = 1, .bias = false}), nn::BatchNorm2d(4), nn::ReLU(),
                        nn::AvgPool2d(2),
                        nn::Conv2d(4, 6, 3, {.stride = 2, .padding = "valid", .groups = 2, .bias = false}),
                        nn::BatchNorm2d(6, {.momentum = {}}), nn::Tanh(), nn::Flatten(), nn::Linear(24, 3));
}

nn::Sequential with_max_pools() {
  return nn::Sequential(nn::Conv2d(1, 4, 3, {.padding = 1}), nn::ReLU(), nn::MaxPool2d(2),
                        nn::Conv2d(4, 6, 3), nn::ReLU(), nn::MaxPool2d(3, {.stride = 1, .padding = 1}),
                        nn::AdaptiveMaxPool2d(3), nn::AdaptiveAvgPool2d({2, {}}), nn::Flatten(),
                        nn::Linear(36, 3));
}

nn::Sequential residual() {
  const auto block = [] {
    return nn::Residual(nn::Sequential(nn::LayerNorm(8), nn::Linear(8, 8), nn::GELU()));
  };
  return nn::Sequential(nn::Linear(5, 8), block(), block(), nn::GroupNorm(2, 8), nn::Linear(8, 3));
}

/// A network in float64 with a way to learn.
struct Learner {
  nn::Sequential model;
  optim::Optimizer optimizer;

  explicit Learner(Make make)
      : model(in_float64(make)), optimizer(optim::Adam(model.parameters(), {.lr = 0.01})) {}
  static nn::Sequential in_float64(Make make) {
    hs::manual_seed(5);
    const nn::Sequential model = make();
    model.to(hs::float64);
    return model;
  }
  Tensor loss(const Tensor& x, const Tensor& t) const { return nn::CrossEntropyLoss()(model(x), t); }
  double eager_step(const Tensor& x, const Tensor& t) const {
    optimizer.zero_grad();
    const Tensor value = loss(x, t);
    value.backward();
    optimizer.step();
    return value.item();
  }
};

/// Weights, running statistics and counts, relative to the largest number of each or to 1.
void expect_alike(const Learner& got, const Learner& wanted, int step) {
  const auto state = got.model.state_dict();
  for (const auto& [name, tensor] : wanted.model.state_dict()) {
    const auto a = state.at(name).to(hs::float64).to_vector<double>(),
               b = tensor.to(hs::float64).to_vector<double>();
    double largest = 1;
    for (const double number : b) largest = std::max(largest, std::abs(number));
    for (std::size_t i = 0; i < b.size(); ++i)
      ASSERT_NEAR(a[i], b[i], tolerance::compiled_steps * largest)
          << name << "[" << i << "] after step " << step;
  }
}

void expect_the_steps_of_eager(Make make, const hs::Shape& one) {
  const Learner eager(make), compiled(make);
  auto step =
      hs::compile([&](const Tensor& x, const Tensor& t) { return compiled.loss(x, t); }, compiled.optimizer);
  hs::Generator random(9);
  for (int i = 0; i < 12; ++i) {
    const std::int64_t batch = i % 3 == 2 ? 7 : 16;
    hs::Shape shape{batch};
    for (const std::int64_t length : one) shape.push_back(length);
    const Tensor x(random.uniform(shape, -2, 2));
    const Tensor t = Tensor(random.uniform({batch, 3}, 0, 1)).argmax(1);
    const double wanted = eager.eager_step(x, t);
    ASSERT_NEAR(step(x, t), wanted, tolerance::compiled_steps * std::max(1.0, wanted))
        << "loss of step " << i;
    expect_alike(compiled, eager, i);
  }
}

}  // namespace

TEST(PlanOfNetworks, StepsAsEagerDoesWithConvolutionsAndBatchNorm) {
  expect_the_steps_of_eager(convolutional, {1, 12, 12});
}

TEST(PlanOfNetworks, StepsAsEagerDoesWithMaxPools) { expect_the_steps_of_eager(with_max_pools, {1, 12, 12}); }

TEST(PlanOfNetworks, StepsAsEagerDoesWithEmbeddings) {
  const auto make = [] {
    hs::manual_seed(4);
    return nn::Sequential(nn::Embedding(7, 4, {.padding_idx = 0}), nn::Flatten(), nn::Linear(12, 3));
  };
  const nn::Sequential eager = make(), compiled = make();
  const optim::SGD eager_steps(eager.parameters(), {.lr = 0.5}), steps(compiled.parameters(), {.lr = 0.5});
  auto step = hs::compile(
      [&](const Tensor& x, const Tensor& t) { return nn::CrossEntropyLoss()(compiled(x), t); }, steps);
  for (int i = 0; i < 6; ++i) {
    const Tensor x = hs::tensor({{1, 2, 0}, {3, 3, 6}}, {.dtype = hs::int64}), t = hs::arange(2) + i % 2;
    const Tensor loss = nn::CrossEntropyLoss()(eager(x), t);
    eager_steps.zero_grad();
    loss.backward();
    eager_steps.step();
    EXPECT_NEAR(step(x, t), loss.item(), tolerance::zoo_float32 * loss.item()) << "step " << i;
  }
}

TEST(PlanOfNetworks, StepsAsEagerDoesWithResidualsAndLayerNorm) { expect_the_steps_of_eager(residual, {5}); }

TEST(PlanOfNetworks, NormalizesByRunningStatisticsInEvaluation) {
  const Learner learner(convolutional);
  const Tensor x = hs::randn({6, 1, 12, 12}, {.dtype = hs::float64}), t = hs::arange(6) * 0;
  learner.eager_step(x, t);
  learner.model.eval();
  auto forward = hs::compile(learner.model);
  const auto got = forward(x).to_vector<double>(), wanted = learner.model(x).to_vector<double>();
  for (std::size_t i = 0; i < wanted.size(); ++i)
    EXPECT_NEAR(got[i], wanted[i], tolerance::float64_rounding * std::max(1.0, std::abs(wanted[i])));
  EXPECT_EQ(learner.model.state_dict().at("1.num_batches_tracked").item<std::int64_t>(), 1);
}
