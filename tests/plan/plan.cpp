#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;
using hs::Tensor;
using hs::tensor;

namespace {

struct Trained {
  hs::data::Dataset data = hs::data::spirals({.points_per_class = 10, .dtype = hs::float64});
  nn::Sequential model = [] {
    hs::manual_seed(5);
    return nn::Sequential(nn::Linear(2, 4), nn::Tanh(), nn::Linear(4, 1), nn::Sigmoid());
  }();
  nn::BCELoss loss_fn;
  Trained() { model.to(hs::float64); }
  Tensor loss(const Tensor& x, const Tensor& t) const { return loss_fn(model(x), t); }
};

void eager_step(const Trained& s, const optim::Optimizer& optimizer) {
  optimizer.zero_grad();
  s.loss(s.data.features, s.data.targets).backward();
  optimizer.step();
}

void expect_near(const Tensor& a, const Tensor& b, const std::string& what = "") {
  ASSERT_EQ(a.shape(), b.shape()) << what;
  for (std::int64_t i = 0; i < a.elements(); ++i)
    EXPECT_NEAR(a.array().at(i), b.array().at(i), tolerance::compiled_steps) << what << ", element " << i;
}

void expect_near(const Trained& a, const Trained& b) {
  const auto left = a.model.state_dict(), right = b.model.state_dict();
  for (const auto& [name, value] : left) expect_near(value, right.at(name), name);
}

}  // namespace

TEST(Plan, TrainsAsTheEagerLoopDoes) {
  const Trained eager, compiled;
  const optim::SGDOptions options{.lr = 0.3, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true};
  const optim::SGD eager_optimizer(eager.model.parameters(), options),
      optimizer(compiled.model.parameters(), options);
  auto step = hs::compile([&](Tensor x, Tensor t) { return compiled.loss(x, t); }, optimizer);
  for (int i = 0; i < 20; ++i) {
    const double expected = eager.loss(eager.data.features, eager.data.targets).item();
    EXPECT_NEAR(step(compiled.data.features, compiled.data.targets), expected, tolerance::compiled_steps)
        << i;
    eager_step(eager, eager_optimizer);
  }
  expect_near(eager, compiled);
}

TEST(Plan, ReadsTheLearningRateAnewAtEachStep) {
  const Trained eager, compiled;
  const optim::SGD eager_optimizer(eager.model.parameters(), {.lr = 0.1}),
      optimizer(compiled.model.parameters(), {.lr = 0.1});
  auto step = hs::compile([&](Tensor x, Tensor t) { return compiled.loss(x, t); }, optimizer);
  for (int i = 0; i < 6; ++i) {
    eager_optimizer.set_lr(0.1 / (1 + i));
    optimizer.set_lr(0.1 / (1 + i));
    eager_step(eager, eager_optimizer);
    step(compiled.data.features, compiled.data.targets);
  }
  expect_near(eager, compiled);
}

TEST(Plan, TakesEagerAssignmentsBetweenSteps) {
  const Trained eager, compiled;
  const optim::SGD eager_optimizer(eager.model.parameters(), {.lr = 0.1}),
      optimizer(compiled.model.parameters(), {.lr = 0.1});
  auto step = hs::compile([&](Tensor x, Tensor t) { return compiled.loss(x, t); }, optimizer);
  for (int i = 0; i < 4; ++i) {
    eager_step(eager, eager_optimizer);
    step(compiled.data.features, compiled.data.targets);
    for (const Trained* s : {&eager, &compiled})
      s->model.parameters()[1].assign(hs::full({4}, 0.5, {.dtype = hs::float64}));
  }
  expect_near(eager, compiled);
}

TEST(Plan, TakesASmallerLastBatch) {
  const Trained s;
  const optim::SGD optimizer(s.model.parameters(), {.lr = 0.1});
  auto step = hs::compile([&](Tensor x, Tensor t) { return s.loss(x, t); }, optimizer);
  step(s.data.features, s.data.targets);
  const Tensor x = s.data.features.slice(0, 0, 3), t = s.data.targets.slice(0, 0, 3);
  const double expected = s.loss(x, t).item();
  EXPECT_NEAR(step(x, t), expected, tolerance::compiled_steps);
}

TEST(Plan, NoticesAFrozenParameter) {
  const Trained s;
  const optim::SGD optimizer(s.model.parameters(), {.lr = 0.1});
  auto step = hs::compile([&](Tensor x, Tensor t) { return s.loss(x, t); }, optimizer);
  step(s.data.features, s.data.targets);
  s.model.parameters()[0].requires_grad_(false);
  const auto before = s.model.state_dict();
  step(s.data.features, s.data.targets);
  EXPECT_TRUE(s.model.state_dict().at("0.weight").array().identical(before.at("0.weight").array()));
  EXPECT_FALSE(s.model.state_dict().at("2.weight").array().identical(before.at("2.weight").array()));
}

TEST(Plan, GivesSeveralOutputs) {
  const Trained s;
  const optim::SGD optimizer(s.model.parameters(), {.lr = 0.1});
  auto step = hs::compile(
      [&](Tensor x, Tensor t) {
        const Tensor y = s.model(x);
        return std::vector<Tensor>{s.loss_fn(y, t), y};
      },
      optimizer);
  const Tensor before = s.model(s.data.features);
  const auto outputs = step(s.data.features, s.data.targets);
  expect_near(outputs.at(1), before);
}

TEST(Plan, InfersWithoutHistory) {
  const Trained s;
  auto infer = hs::compile(s.model);
  const Tensor y = infer(s.data.features);
  expect_near(y, s.model(s.data.features));
  EXPECT_TRUE(y.is_leaf());
}

TEST(Plan, GradientsAreAnErrorUnlessKept) {
  const Trained s;
  const optim::SGD optimizer(s.model.parameters(), {.lr = 0.1});
  auto step = hs::compile([&](Tensor x, Tensor t) { return s.loss(x, t); }, optimizer);
  step(s.data.features, s.data.targets);
  expect_error<hs::StateError>(
      [&] { (void)s.model.parameters()[0].grad(); },
      "the gradient of parameter \"0.weight\" was not kept by the compiled step that ran last: "
      "compile with {.keep_grads = true}, or call backward() on an eager loss");
  s.loss(s.data.features, s.data.targets).backward();
  EXPECT_TRUE(s.model.parameters()[0].grad().defined()) << "an eager backward makes them readable again";
}

TEST(Plan, KeepsGradientsWhenAsked) {
  const Trained s;
  const Tensor loss = s.loss(s.data.features, s.data.targets);
  const Tensor expected = hs::grad(loss, s.model.parameters()[0].value());
  const optim::SGD optimizer(s.model.parameters(), {.lr = 0.1});
  auto step = hs::compile([&](Tensor x, Tensor t) { return s.loss(x, t); }, optimizer, {.keep_grads = true});
  step(s.data.features, s.data.targets);
  expect_near(s.model.parameters()[0].grad(), expected);
}

TEST(Plan, ReadingAValueDuringCaptureSaysHowToWriteIt) {
  const Trained s;
  const optim::SGD optimizer(s.model.parameters(), {.lr = 0.1});
  auto step = hs::compile(
      [&](Tensor x, Tensor t) {
        const Tensor loss = s.loss(x, t);
        return loss.item() > 1 ? loss * 2.0 : loss;
      },
      optimizer);
  const auto before = s.model.state_dict();
  expect_error<hs::StateError>(
      [&] { step(s.data.features, s.data.targets); },
      "the value of divide [] was read while its step is being captured, when there are no numbers "
      "yet: return the tensor from the step and read it outside, or choose with tensors (where, "
      "maximum) instead of C++ branches");
  EXPECT_TRUE(s.model.state_dict().at("0.weight").array().identical(before.at("0.weight").array()));
  EXPECT_GT(s.loss(s.data.features, s.data.targets).item(), 0) << "the failed capture left no mode behind";
}

TEST(Plan, ANumberThatChangesBetweenCallsIsAnErrorThatNamesIt) {
  const Trained s;
  const optim::SGD optimizer(s.model.parameters(), {.lr = 0.1});
  double scale = 1.5;
  auto step = hs::compile([&](Tensor x, Tensor t) { return s.loss(x, t) * scale; }, optimizer);
  step(s.data.features, s.data.targets);
  scale = 2.5;
  expect_error<hs::StateError>(
      [&] { step(s.data.features, s.data.targets); },
      "a compiled step must be the same at every call, and this one changed: a constant of "
      "multiply [] was 1.5 and is now 2.5. A C++ number or a tensor made inside the step is frozen when it "
      "is "
      "recorded: pass what changes as an input");
}

TEST(Plan, OfALargeConstantThatChangesItNamesOneElement) {
  const Trained s;
  const optim::SGD optimizer(s.model.parameters(), {.lr = 0.1});
  double last = 1;
  const auto noise = [&] {
    std::vector<double> values(40, 0.5);
    values[39] = last++;
    return tensor(values, {20, 2});
  };
  auto step = hs::compile([&](Tensor x, Tensor t) { return s.loss(x + noise(), t); }, optimizer);
  step(s.data.features, s.data.targets);
  expect_error<hs::StateError>(
      [&] { step(s.data.features, s.data.targets); },
      "a compiled step must be the same at every call, and this one changed: a constant of add [20, 2], "
      "float64 [20, 2], was 1 and is now 2 at its element 39. A C++ number or a tensor made inside the step "
      "is "
      "frozen when it is recorded: pass what changes as an input");
}

TEST(Plan, CountsItsInputs) {
  const Trained s;
  const optim::SGD optimizer(s.model.parameters(), {.lr = 0.1});
  auto step = hs::compile([&](Tensor x, Tensor t) { return s.loss(x, t); }, optimizer);
  expect_error<hs::ValueError>([&] { step(s.data.features); },
                               "this compiled step takes 2 tensors, and got 1");
}

TEST(Plan, DescribesTheStepsThatItRuns) {
  const Trained s;
  const optim::SGD optimizer(s.model.parameters(), {.lr = 0.1});
  auto step = hs::compile([&](Tensor x, Tensor t) { return s.loss(x, t); }, optimizer);
  EXPECT_EQ(step.describe(), "nothing is captured yet: the first call captures\n");
  step(s.data.features, s.data.targets);
  const std::string text = step.describe();
  for (const char* part : {"samples in the lanes of", "dense 2 -> 4", "tanh", "sigmoid(logits) - target",
                           ", summed: %", "products 4 x 2, sums", "subtract of 4 parameters"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
}
