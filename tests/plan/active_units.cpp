// Steps of networks whose last hidden layer is relu units that end in one output, where the plan takes sums
// over active units: against the eager loop, from the same weights.
#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "kernels/target.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
using hs::Tensor;

namespace {

using Loss = std::function<Tensor(const nn::Sequential&, const Tensor& x, const Tensor& t)>;

Tensor cross_entropy(const nn::Sequential& model, const Tensor& x, const Tensor& t) {
  return nn::BCEWithLogitsLoss()(model(x), t);
}

struct Network {
  std::vector<std::int64_t> widths;
  std::int64_t batch = 200;
  hs::DType dtype = hs::float64;
  Loss loss = cross_entropy;
  int frozen = -1;  // a parameter that is not trained

  nn::Sequential model() const {
    hs::manual_seed(3);
    std::vector<nn::Module> layers;
    for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
      if (i > 0) layers.push_back(nn::ReLU());
      layers.push_back(nn::Linear(widths[i], widths[i + 1], {.dtype = dtype}));
    }
    nn::Sequential made(layers);
    if (frozen >= 0) made.parameters().at(static_cast<std::size_t>(frozen)).requires_grad_(false);
    return made;
  }
  std::string text() const {
    std::string made = "batch " + std::to_string(batch) + ", " + std::string(hs::name(dtype)) + ":";
    for (const std::int64_t width : widths) made += " " + std::to_string(width);
    return made;
  }
};

/// Gives what the plan says that it does.
std::string expect_the_steps_of_eager(const Network& network) {
  const double bound = network.dtype == hs::float64 ? tolerance::compiled_steps : tolerance::zoo_float32;
  const nn::Sequential eager = network.model(), compiled = network.model();
  const hs::optim::SGD slow(eager.parameters(), {.lr = 0.1}), fast(compiled.parameters(), {.lr = 0.1});
  auto step =
      hs::compile([&](const Tensor& x, const Tensor& t) { return network.loss(compiled, x, t); }, fast);
  const Tensor x = hs::randn({network.batch, network.widths[0]}, {.dtype = network.dtype});
  const Tensor t = (hs::randn({network.batch, 1}, {.dtype = network.dtype}) > 0.0).to(network.dtype);
  for (int i = 0; i < 3; ++i) {
    slow.zero_grad();
    const Tensor loss = network.loss(eager, x, t);
    loss.backward();
    slow.step();
    EXPECT_NEAR(step(x, t), loss.item(), bound) << network.text() << "\n" << step.describe();
  }
  for (std::size_t k = 0; k < eager.parameters().size(); ++k) {
    const Tensor want = eager.parameters()[k].value(), got = compiled.parameters()[k].value();
    for (std::int64_t e = 0; e < want.elements(); ++e)
      EXPECT_NEAR(got.array().at(e), want.array().at(e), bound)
          << network.text() << ", parameter " << k << "\n"
          << step.describe();
  }
  return step.describe();
}

bool looks_sums_up() { return hindsight::kernels::target().kernels->narrow_float->active_dense != nullptr; }

}  // namespace

TEST(ActiveUnits, StepAsEagerDoes) {
  for (const hs::DType dtype : {hs::float64, hs::float32})
    for (const std::int64_t batch : {1, 7, 64, 200, 1500})
      for (const auto& widths : std::vector<std::vector<std::int64_t>>{{2, 16, 1},
                                                                       {4, 9, 1},
                                                                       {5, 10, 1},
                                                                       {2, 16, 16, 1},
                                                                       {3, 5, 31, 1},
                                                                       {2, 17, 7, 1},
                                                                       {2, 6, 5, 9, 1}})
        expect_the_steps_of_eager({.widths = widths, .batch = batch, .dtype = dtype});
}

TEST(ActiveUnits, SayHowTheSumsAreTaken) {
  EXPECT_NE(expect_the_steps_of_eager({.widths = {2, 16, 1}})
                .find("products 16 x 2, sums, over the samples in which"),
            std::string::npos);
  const std::string deep = expect_the_steps_of_eager({.widths = {2, 16, 8, 1}, .dtype = hs::float32});
  EXPECT_EQ(deep.find("dense 8 -> 16, transposed, sums of active units looked up") != std::string::npos,
            looks_sums_up())
      << deep;
  EXPECT_EQ(deep.find("products 8 x 16, sums, over the samples in which") != std::string::npos,
            looks_sums_up())
      << deep;
}

TEST(ActiveUnits, MayBeFrozenInPart) {
  for (int frozen = 0; frozen < 6; ++frozen)
    expect_the_steps_of_eager({.widths = {2, 16, 8, 1}, .frozen = frozen});
}

TEST(ActiveUnits, MayBeReadByOthers) {
  // The loss takes the hidden units too, so that more than one cotangent comes back to them.
  const Loss with_hidden = [](const nn::Sequential& model, const Tensor& x, const Tensor& t) {
    const Tensor hidden = model[1](model[0](x));
    return nn::BCEWithLogitsLoss()(model[2](hidden), t) + 0.1 * (hidden * hidden).mean();
  };
  expect_the_steps_of_eager({.widths = {2, 16, 1}, .loss = with_hidden});
}

TEST(ActiveUnits, OfOtherLosses) {
  const Loss squares = [](const nn::Sequential& model, const Tensor& x, const Tensor& t) {
    return nn::MSELoss()(model(x), t);
  };
  expect_the_steps_of_eager({.widths = {2, 16, 1}, .loss = squares});
  expect_the_steps_of_eager({.widths = {2, 16, 16, 1}, .loss = squares});
}

TEST(ActiveUnits, GiveTheCotangentThatIsAskedFor) {
  for (std::size_t layer = 0; layer < 4; ++layer) {  // of what this layer gives
    const nn::Sequential model = Network{.widths = {2, 16, 8, 1}}.model();
    const hs::optim::SGD optimizer(model.parameters(), {.lr = 0});
    const auto loss_and_cotangent = [&](const Tensor& x, const Tensor& t) {
      Tensor z = x, asked;
      for (std::size_t i = 0; i < 5; ++i) {
        z = model[i](z);
        if (i == layer) asked = z;
      }
      const Tensor loss = nn::BCEWithLogitsLoss()(z, t);
      return std::vector<Tensor>{loss, hs::grad(loss, asked)};
    };
    auto step = hs::compile(loss_and_cotangent, optimizer);
    const Tensor x = hs::randn({200, 2}, {.dtype = hs::float64}),
                 t = hs::zeros({200, 1}, {.dtype = hs::float64});
    const Tensor want = loss_and_cotangent(x, t)[1], got = step(x, t)[1];
    for (std::int64_t e = 0; e < want.elements(); ++e)
      ASSERT_NEAR(got.array().at(e), want.array().at(e), tolerance::compiled_steps)
          << "layer " << layer << "\n"
          << step.describe();
  }
}

TEST(ActiveUnits, MayGoBackElsewhereToo) {
  // The lower units feed the output as well, and what comes back to them is more than what the upper ones
  // give.
  const Loss skip = [](const nn::Sequential& model, const Tensor& x, const Tensor& t) {
    const Tensor lower = model[1](model[0](x));
    return nn::BCEWithLogitsLoss()(model[4](model[3](model[2](lower))) + lower.sum(1, true), t);
  };
  expect_the_steps_of_eager({.widths = {2, 16, 8, 1}, .loss = skip});
  // δ is asked for once more, by a loss of its own sum.
  const Loss of_delta = [](const nn::Sequential& model, const Tensor& x, const Tensor& t) {
    const Tensor z = model[0](x), loss = nn::BCEWithLogitsLoss()(model[2](hs::relu(z)), t);
    return loss + (hs::grad(loss, z, {.create_graph = true}).sum(0) * 3.0).sum();
  };
  expect_the_steps_of_eager({.widths = {2, 16, 1}, .loss = of_delta});
}

// A bias that makes up for inputs far from 0: a product of sums instead of the sum of products would lose
// 10⁻⁵.
TEST(ActiveUnits, AreAsExactFarFromZero) {
  constexpr double offset = 100;
  const nn::Sequential model = Network{.widths = {2, 16, 1}, .dtype = hs::float32}.model();
  const hs::optim::SGD optimizer(model.parameters(), {.lr = 0});
  const Tensor w = model.parameters()[0].value();
  model.parameters()[1].assign(-offset * w.sum(1));
  const Tensor x = hs::randn({200, 2}) + offset, t = (hs::randn({200, 1}) > 0.0).to(hs::float32);
  auto step = hs::compile([&](const Tensor& in, const Tensor& out) { return cross_entropy(model, in, out); },
                          optimizer, {.keep_grads = true});
  step(x, t);
  std::vector<Tensor> got;
  for (const auto& parameter : model.parameters()) got.push_back(parameter.grad().to(hs::float64));
  model.to(hs::float64);
  optimizer.zero_grad();
  cross_entropy(model, x.to(hs::float64), t.to(hs::float64)).backward();
  for (std::size_t k = 0; k < got.size(); ++k) {
    const Tensor want = model.parameters()[k].grad();
    const double largest = want.abs().amax().item();
    for (std::int64_t e = 0; e < want.elements(); ++e)
      EXPECT_NEAR(got[k].array().at(e), want.array().at(e), tolerance::zoo_float32 * largest)
          << "parameter " << k << "\n"
          << step.describe();
  }
}
