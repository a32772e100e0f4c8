// Compiled steps with the activations that the zoo has not, against eager ones from the same weights.
#include <cmath>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
using hs::Tensor;

namespace {

using Make = nn::Module (*)();
constexpr Make activations[] = {
    [] { return nn::Module(nn::ELU({.alpha = 0.7})); },
    [] { return nn::Module(nn::SELU()); },
    [] { return nn::Module(nn::Mish()); },
    [] { return nn::Module(nn::Hardtanh({.min_val = -0.6})); },
    [] { return nn::Module(nn::ReLU6()); },
    [] { return nn::Module(nn::PReLU({.dtype = hs::float64})); },
    [] { return nn::Module(nn::LogSigmoid()); },
    [] { return nn::Module(nn::GELU({.approximate = "tanh"})); },
    [] { return nn::Module(nn::Softplus({.beta = 2, .threshold = 1.5})); },
};

nn::Sequential network(Make activation, std::int64_t width) {
  hs::manual_seed(5);
  return nn::Sequential(nn::Linear(3, width, {.dtype = hs::float64}), activation(),
                        nn::Linear(width, 2, {.dtype = hs::float64}));
}

/// Three steps with `width` units in the middle; every weight relative to the largest of its tensor.
void expect_the_steps_of_eager(Make activation, std::int64_t width) {
  const auto eager = network(activation, width), compiled = network(activation, width);
  const hs::optim::SGD slow(eager.parameters(), {.lr = 0.1}), fast(compiled.parameters(), {.lr = 0.1});
  auto step =
      hs::compile([&](const Tensor& x, const Tensor& t) { return nn::MSELoss()(compiled(x), t); }, fast);
  for (int i = 0; i < 3; ++i) {
    const Tensor x = hs::randn({37, 3}, {.dtype = hs::float64}),
                 t = hs::randn({37, 2}, {.dtype = hs::float64});
    slow.zero_grad();
    const Tensor loss = nn::MSELoss()(eager(x), t);
    loss.backward();
    slow.step();
    ASSERT_NEAR(step(x, t), loss.item(), tolerance::compiled_steps) << eager.str() << step.describe();
  }
  for (std::size_t k = 0; k < eager.parameters().size(); ++k) {
    const Tensor want = eager.parameters()[k].value(), got = compiled.parameters()[k].value();
    for (std::int64_t e = 0; e < want.elements(); ++e)
      ASSERT_NEAR(got.array().at(e), want.array().at(e), tolerance::compiled_steps)
          << eager.str() << "parameter " << k << "\n"
          << step.describe();
  }
}

}  // namespace

TEST(CompiledActivations, StepAsEagerOnesDoInLanesOfSamples) {
  for (const Make activation : activations) expect_the_steps_of_eager(activation, 5);
}

TEST(CompiledActivations, StepAsEagerOnesDoInPanels) {
  for (const Make activation : activations) expect_the_steps_of_eager(activation, 48);
}
