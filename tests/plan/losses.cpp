// Losses that no kernel was made for, compiled: the numbers of the eager loop, operation by operation.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
using hs::Tensor;

namespace {

constexpr hs::TensorOptions exact{.dtype = hs::float64};

nn::Sequential seeded() {
  hs::manual_seed(5);
  const nn::Sequential model(nn::Linear(3, 5), nn::Tanh(), nn::Linear(5, 4));
  model.to(hs::float64);
  return model;
}

/// Five steps with `loss` on six samples of four numbers (or classes).
template <class Loss>
void expect_the_eager_numbers(const Loss& loss, const Tensor& target) {
  const Tensor x(hs::Generator(1).uniform({6, 3}, -1, 1));
  const nn::Sequential eager = seeded(), compiled = seeded();
  const hs::optim::SGD eager_optimizer(eager.parameters(), {.lr = 0.5}),
      optimizer(compiled.parameters(), {.lr = 0.5});
  auto step =
      hs::compile([&](const Tensor& in, const Tensor& t) { return loss(compiled(in), t); }, optimizer);
  for (int i = 0; i < 5; ++i) {
    eager_optimizer.zero_grad();
    const Tensor value = loss(eager(x), target);
    value.backward();
    eager_optimizer.step();
    EXPECT_NEAR(step(x, target), value.item(), tolerance::compiled_steps) << i;
  }
}

const Tensor numbers(hs::Generator(2).uniform({6, 4}, 0, 1));
const Tensor classes = hs::tensor({0, 3, 1, 1, 2, 0}, {.dtype = hs::int64});
const Tensor some = hs::tensor({0, -100, 1, 1, -100, 0}, {.dtype = hs::int64});
const Tensor weight = hs::tensor({0.5, 2, 1, 0.25}, exact);

}  // namespace

TEST(CompiledLoss, OfNumbersGivesTheNumbersOfTheEagerLoop) {
  expect_the_eager_numbers(nn::SmoothL1Loss({.beta = 0.5}), numbers);
  expect_the_eager_numbers(nn::HuberLoss({.delta = 0.5}), numbers);
  expect_the_eager_numbers(nn::BCEWithLogitsLoss({.weight = weight, .pos_weight = 3 * weight}), numbers);
  const auto of_log = [](const auto& loss) {
    return [=](const Tensor& z, const Tensor& t) { return loss(hs::log_softmax(z, 1), t); };
  };
  expect_the_eager_numbers(of_log(nn::KLDivLoss({.reduction = nn::Reduction::batchmean})), numbers);
  expect_the_eager_numbers(of_log(nn::NLLLoss()), classes);
  expect_the_eager_numbers(of_log(nn::NLLLoss({.weight = weight, .ignore_index = 1})), classes);
}

TEST(CompiledLoss, OfClassesGivesTheNumbersOfTheEagerLoop) {
  expect_the_eager_numbers(nn::CrossEntropyLoss({.weight = weight}), classes);
  expect_the_eager_numbers(nn::CrossEntropyLoss({.label_smoothing = 0.1}), classes);
  expect_the_eager_numbers(nn::CrossEntropyLoss({.weight = weight, .label_smoothing = 0.1}), numbers);
  expect_the_eager_numbers(nn::CrossEntropyLoss({.ignore_index = -100}), some);
  expect_the_eager_numbers(
      nn::CrossEntropyLoss({.weight = weight, .ignore_index = -100, .label_smoothing = 0.3}), some);
}

TEST(CompiledLoss, IgnoresNothingUnlessItIsTold) {
  const nn::Sequential model = seeded();
  const hs::optim::SGD optimizer(model.parameters());
  auto step = hs::compile(
      [&](const Tensor& in, const Tensor& t) { return nn::CrossEntropyLoss()(model(in), t); }, optimizer);
  expect_error<hs::IndexError>(
      [&] {
        step(hs::ones({6, 3}, exact), some);
      },
      "one_hot: element 1 is class -100, and there are only the 4 classes 0 to 3");
}
