// Values, versions and old graphs while a plan is the home of the parameters that it moves.
#include <cmath>
#include <optional>
#include <string>
#include <vector>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "expect_error.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;
using hs::Tensor;

namespace {

/// A network that classifies, its data, and steps of one optimizer: eager or compiled.
struct Trained {
  Tensor x = Tensor(hs::Generator(1).normal({20, 3})), k = Tensor(hs::Generator(2).normal({20, 3})).argmax(1);
  nn::Sequential model;
  optim::Adam optimizer = made();

  explicit Trained(std::int64_t units)
      : model([units] {
          hs::manual_seed(5);
          return nn::Sequential(nn::Linear(3, units), nn::Tanh(), nn::Linear(units, 3));
        }()) {}

  optim::Adam made() const {
    model.to(hs::float64);
    return {model.parameters(), {.lr = 0.05}};
  }
  Tensor loss(const Tensor& features, const Tensor& classes) const {
    return nn::CrossEntropyLoss()(model(features), classes);
  }
  auto compiled() const {
    return hs::compile(
        [this](const Tensor& features, const Tensor& classes) { return loss(features, classes); }, optimizer);
  }
  double eager_step() const {
    optimizer.zero_grad();
    const Tensor value = loss(x, k);
    value.backward();
    optimizer.step();
    return value.item();
  }
  hs::Parameter weight() const { return model.parameters()[0]; }
};

void expect_near(const Tensor& got, const Tensor& want, const std::string& what) {
  ASSERT_EQ(got.shape(), want.shape()) << what;
  for (std::int64_t i = 0; i < want.elements(); ++i)
    EXPECT_NEAR(got.array().at(i), want.array().at(i), tolerance::compiled_steps)
        << what << ", element " << i;
}

void expect_alike(const Trained& compiled, const Trained& eager) {
  const auto got = compiled.model.state_dict(), want = eager.model.state_dict();
  for (const auto& [name, value] : want) expect_near(got.at(name), value, name);
}

std::vector<hs::Array> values(const Trained& trained) {
  std::vector<hs::Array> all;
  for (const hs::Parameter& parameter : trained.model.parameters()) all.push_back(parameter.value().array());
  return all;
}

/// The processor's floating-point modes, of which flush-to-zero is one.
unsigned float_modes() {
#if defined(__SSE__)
  return _mm_getcsr() & 0xffc0;  // without the flags of what has happened
#else
  return 0;
#endif
}

/// By the units of the hidden layer, for the ways in which plans run narrow layers and wide ones.
class ParameterHomes : public testing::TestWithParam<std::int64_t> {};
INSTANTIATE_TEST_SUITE_P(Units, ParameterHomes, testing::Values(5, 40), testing::PrintToStringParamName());

}  // namespace

TEST_P(ParameterHomes, GiveTheValuesOfEagerWhenReadBetweenSteps) {
  const Trained eager(GetParam()), compiled(GetParam());
  auto step = compiled.compiled();
  for (int i = 0; i < 6; ++i) {
    const double expected = eager.eager_step();
    EXPECT_NEAR(step(compiled.x, compiled.k), expected, tolerance::compiled_steps) << i;
    if (i % 2 == 0)
      expect_near(compiled.weight().value(), eager.weight().value(), "after " + std::to_string(i));
    EXPECT_NEAR(compiled.loss(compiled.x, compiled.k).item(), eager.loss(eager.x, eager.k).item(),
                tolerance::compiled_steps);
  }
  expect_alike(compiled, eager);
  if (GetParam() == 5) {
    EXPECT_EQ(step.describe().find("operation by operation"), std::string::npos);
  }
}

TEST_P(ParameterHomes, CountVersionsAsEagerDoes) {
  const Trained eager(GetParam()), compiled(GetParam());
  auto step = compiled.compiled();
  for (int i = 0; i < 4; ++i) {
    eager.eager_step();
    step(compiled.x, compiled.k);
    for (std::size_t p = 0; p < 4; ++p)
      EXPECT_EQ(compiled.model.parameters()[p].version(), eager.model.parameters()[p].version()) << i;
    const std::uint64_t version = compiled.weight().version();
    EXPECT_TRUE(compiled.weight().value().defined());
    EXPECT_EQ(compiled.weight().version(), version) << "reading moves nothing";
  }
}

TEST_P(ParameterHomes, ReadTwiceAreOneLeaf) {
  const Trained compiled(GetParam());
  auto step = compiled.compiled();
  step(compiled.x, compiled.k);
  EXPECT_TRUE(compiled.weight().value().is(compiled.weight().value()));
  EXPECT_EQ(compiled.weight().value().name(), "0.weight");
  EXPECT_TRUE(compiled.weight().value().requires_grad());
}

TEST_P(ParameterHomes, LeaveOldValuesAndGraphsAsTheyWere) {
  const Trained compiled(GetParam());
  const Tensor before = compiled.weight().value(), loss = compiled.loss(compiled.x, compiled.k);
  const std::vector<double> numbers = before.to_vector<double>();
  const Tensor gradient = hs::grad(loss, before);
  auto step = compiled.compiled();
  step(compiled.x, compiled.k);
  const Tensor between = compiled.weight().value();
  const std::vector<double> later = between.to_vector<double>();
  for (int i = 0; i < 3; ++i) step(compiled.x, compiled.k);
  EXPECT_EQ(before.to_vector<double>(), numbers);
  EXPECT_EQ(between.to_vector<double>(), later);
  EXPECT_NE(numbers, later);
  EXPECT_TRUE(hs::grad(loss, before).array().identical(gradient.array()))
      << "grad() differentiates old graphs";
}

TEST_P(ParameterHomes, RefuseBackwardOnAGraphOlderThanACompiledStep) {
  const Trained compiled(GetParam());
  auto step = compiled.compiled();
  const Tensor loss = compiled.loss(compiled.x, compiled.k);
  step(compiled.x, compiled.k);
  step(compiled.x, compiled.k);
  expect_error<hs::StateError>(
      [&] { loss.backward(); },
      "backward: parameter \"0.weight\" has moved since this graph was built (version 1, now 3), so its "
      "gradient must not be added to the parameter's; hindsight::grad() differentiates old graphs");
  compiled.loss(compiled.x, compiled.k).backward();
}

TEST_P(ParameterHomes, TakeWhatIsAssignedBetweenSteps) {
  const Trained eager(GetParam()), compiled(GetParam());
  auto step = compiled.compiled();
  for (int i = 0; i < 6; ++i) {
    eager.eager_step();
    step(compiled.x, compiled.k);
    if (i % 2 == 1) continue;
    for (const Trained* trained : {&eager, &compiled})  // unread, and made from what was there
      trained->weight().assign(i == 2
                                   ? trained->weight().value() * 0.5
                                   : hs::full(trained->weight().shape(), 0.25 * i, {.dtype = hs::float64}));
    expect_near(compiled.weight().value(), eager.weight().value(), "after " + std::to_string(i));
  }
  expect_alike(compiled, eager);
}

TEST_P(ParameterHomes, AreSharedByTwoPlans) {
  const Trained eager(GetParam()), compiled(GetParam());
  auto first = compiled.compiled(), second = compiled.compiled();
  auto infer = hs::compile(compiled.model);
  for (int i = 0; i < 8; ++i) {
    const double expected = eager.eager_step();
    auto& step = i % 3 == 0 ? first : second;
    EXPECT_NEAR(step(compiled.x, compiled.k), expected, tolerance::compiled_steps) << i;
    expect_near(infer(compiled.x), eager.model(eager.x), "inference after step " + std::to_string(i));
  }
  expect_alike(compiled, eager);
}

TEST_P(ParameterHomes, AreSharedByBatchesOfTwoSizes) {
  const Trained eager(GetParam()), compiled(GetParam());
  auto step = compiled.compiled();
  for (int i = 0; i < 6; ++i) {
    const std::int64_t size = i % 2 ? 20 : 7;
    eager.optimizer.zero_grad();
    eager.loss(eager.x.slice(0, 0, size), eager.k.slice(0, 0, size)).backward();
    eager.optimizer.step();
    step(compiled.x.slice(0, 0, size), compiled.k.slice(0, 0, size));
  }
  expect_alike(compiled, eager);
}

TEST_P(ParameterHomes, HandValuesBackWhenAPlanGoes) {
  const Trained eager(GetParam()), compiled(GetParam());
  auto rest = compiled.compiled();
  rest(compiled.x, compiled.k);
  eager.eager_step();
  {
    auto step = compiled.compiled();
    for (int i = 0; i < 3; ++i) {
      step(compiled.x, compiled.k);
      eager.eager_step();
    }
  }
  expect_alike(compiled, eager);
  rest(compiled.x, compiled.k);
  eager.eager_step();
  expect_alike(compiled, eager);
}

TEST_P(ParameterHomes, ShareTheOptimizersMemoryWithEagerSteps) {
  const Trained eager(GetParam()), compiled(GetParam());
  auto step = compiled.compiled();
  for (int i = 0; i < 9; ++i) {
    const double expected = eager.eager_step();
    const double got = i % 3 == 1 ? compiled.eager_step() : step(compiled.x, compiled.k);
    EXPECT_NEAR(got, expected, tolerance::compiled_steps) << i;
  }
  expect_alike(compiled, eager);
}

TEST_P(ParameterHomes, AreWhatACheckpointHolds) {
  const Trained compiled(GetParam()), resumed(GetParam());
  auto step = compiled.compiled();
  for (int i = 0; i < 3; ++i) step(compiled.x, compiled.k);
  const std::string bytes = hs::data::safetensors_bytes({compiled.model.state_dict(), {}});
  const auto state = compiled.model.state_dict();
  for (int i = 0; i < 3; ++i) step(compiled.x, compiled.k);
  for (const auto& [name, value] : hs::data::parse_safetensors(bytes, "memory").tensors)
    EXPECT_TRUE(value.array().identical(state.at(name).array())) << name;

  auto other = resumed.compiled();
  other(resumed.x, resumed.k);
  resumed.model.load_state_dict(state);  // while a plan is the home
  for (const auto& [name, value] : resumed.model.state_dict())
    EXPECT_TRUE(value.array().identical(state.at(name).array())) << name;
  EXPECT_NEAR(other(resumed.x, resumed.k),
              nn::CrossEntropyLoss()(
                  [&] {
                    const Trained plain(GetParam());
                    plain.model.load_state_dict(state);
                    return plain.model(plain.x);
                  }(),
                  resumed.k)
                  .item(),
              tolerance::compiled_steps);
}

TEST_P(ParameterHomes, StayAsTheyWereWhenAStepThrows) {
  const Trained eager(GetParam()), compiled(GetParam());
  auto step = compiled.compiled();
  std::vector<std::int64_t> classes(20, 0);
  classes[4] = 3;
  const Tensor wrong = hs::tensor(classes);
  const unsigned modes = float_modes();
  for (int i = 0; i < 4; ++i) {
    const std::vector<hs::Array> before = values(compiled);
    const std::uint64_t version = compiled.weight().version();
    for (int again = 0; again < 2; ++again)
      expect_error<hs::IndexError>([&] { step(compiled.x * 2.0, wrong); },
                                   "one_hot: element 4 is class 3, and there are only the 3 classes 0 to 2");
    EXPECT_EQ(float_modes(), modes);
    EXPECT_EQ(compiled.weight().version(), version);
    const std::vector<hs::Array> after = values(compiled);
    for (std::size_t p = 0; p < before.size(); ++p) EXPECT_TRUE(after[p].identical(before[p])) << p;
    const double expected = eager.eager_step();
    EXPECT_NEAR(step(compiled.x, compiled.k), expected, tolerance::compiled_steps)
        << "the optimizer's memory stayed too";
    EXPECT_EQ(float_modes(), modes);
  }
  expect_alike(compiled, eager);
}

#if defined(__SSE__)
TEST_P(ParameterHomes, LeaveTheCallersFloatingPointModesAlone) {
  const Trained compiled(GetParam());
  auto step = compiled.compiled();
  const unsigned before = _mm_getcsr();
  for (const unsigned modes : {before & ~0x8040U, before | 0x8000U, before | 0x8040U}) {
    _mm_setcsr(modes);
    step(compiled.x, compiled.k);
    const unsigned after = float_modes();
    _mm_setcsr(before);
    EXPECT_EQ(after, modes & 0xffc0);
  }
}
#endif
