// The zoo of perceptrons: one compiled step against one eager step from the same weights, again and again.
#include "networks/zoo.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;
using hs::Tensor;
using networks::Batch;
using networks::Member;
using networks::zoo;

namespace {

/// A network with its optimizer.
struct Network {
  Member member;
  nn::Sequential model;
  optim::Optimizer optimizer;

  explicit Network(const Member& of) : member(of), model(layers_of(of)), optimizer(made(of, model)) {}

  static optim::Optimizer made(const Member& of, const nn::Sequential& model) {
    model.to(of.dtype());
    return optimizer_of(of, model.parameters());
  }

  Tensor loss(const Tensor& x, const Tensor& t) const { return loss_of(member, model(x), t); }
  double eager_step(const Tensor& x, const Tensor& t) const {
    optimizer.zero_grad();
    const Tensor value = loss(x, t);
    value.backward();
    optimizer.step();
    return value.item();
  }
  void assign_weights(std::uint32_t seed) const { networks::assign_weights(model.parameters(), seed); }
};

/// The largest difference between two networks, relative to the largest number of each tensor or to 1.
double difference(const Network& a, const Network& b) {
  double worst = 0;
  for (std::size_t k = 0; k < a.model.parameters().size(); ++k) {
    const auto ours = a.model.parameters()[k].value().to(hs::float64).to_vector<double>(),
               theirs = b.model.parameters()[k].value().to(hs::float64).to_vector<double>();
    double largest = 1, apart = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
      largest = std::max(largest, std::abs(theirs[i]));
      const double here = std::abs(ours[i] - theirs[i]);
      apart = std::isnan(apart) || here <= apart ? apart : here;  // NaN stays
    }
    worst = std::isnan(worst) || apart / largest <= worst ? worst : apart / largest;
  }
  return worst;
}

/// Three compiled steps, and then an eager one that goes on with the optimizer's memory as the plan left it.
double worst_of_steps(const Member& member) {
  const Network eager(member), compiled(member);
  auto step =
      hs::compile([&](const Tensor& x, const Tensor& t) { return compiled.loss(x, t); }, compiled.optimizer);
  double worst = 0;
  for (std::uint32_t i = 0; i < 4; ++i) {
    eager.assign_weights(i);
    compiled.assign_weights(i);
    const Batch data(member, 10 + i);
    const double expected = eager.eager_step(data.x, data.t);
    const double got = i < 3 ? step(data.x, data.t) : compiled.eager_step(data.x, data.t);
    const double apart = std::abs(got - expected) / std::max(1.0, std::abs(expected));
    for (const double here : {apart, difference(compiled, eager)})
      worst = std::isnan(worst) || here <= worst ? worst : here;
  }
  return worst;
}

void expect_the_steps_of_eager(hs::DType dtype, double tolerance) {
  double worst = 0;
  for (const Member& member : zoo()) {
    if (member.dtype() != dtype) continue;
    const double here = worst_of_steps(member);
    EXPECT_LE(here, tolerance) << member.str();
    worst = std::max(worst, here);
  }
  testing::Test::RecordProperty("worst", std::to_string(worst * 1e12) + "e-12");
}

}  // namespace

TEST(Zoo, HasEveryPairOfTraits) {
  std::set<std::array<std::size_t, 4>> pairs;
  std::size_t all = 0;
  const std::vector<Member> members = zoo();
  for (std::size_t a = 0; a < networks::traits; ++a)
    for (std::size_t b = a + 1; b < networks::traits; ++b) {
      for (const Member& member : members) pairs.insert({a, member.chosen[a], b, member.chosen[b]});
      all += networks::choices[a] * networks::choices[b];
    }
  EXPECT_EQ(pairs.size(), all);
}

TEST(Zoo, StepsAsEagerDoesInFloat64) { expect_the_steps_of_eager(hs::float64, tolerance::zoo_float64); }

TEST(Zoo, StepsAsEagerDoesInFloat32) { expect_the_steps_of_eager(hs::float32, tolerance::zoo_float32); }

TEST(Zoo, NoNarrowMemberIsReplayed) {
  for (const Member& member : zoo()) {
    if (!member.is_narrow()) continue;
    const Network network(member);
    auto step =
        hs::compile([&](const Tensor& x, const Tensor& t) { return network.loss(x, t); }, network.optimizer);
    const Batch data(member, 1);
    step(data.x, data.t);
    EXPECT_EQ(step.describe().find("operation by operation"), std::string::npos) << member.str() << "\n"
                                                                                 << step.describe();
  }
}

// The correction of the bias takes a number for each parameter, and here a parameter has as many numbers.
TEST(Zoo, AdamWithAsManyOutputsAsParametersIsNotReplayed) {
  const nn::Sequential model(nn::Linear(3, 6), nn::ReLU(), nn::Linear(6, 4));
  const optim::Adam optimizer(model.parameters());
  auto step =
      hs::compile([&](const Tensor& x, const Tensor& t) { return nn::MSELoss()(model(x), t); }, optimizer);
  step(hs::randn({20, 3}), hs::randn({20, 4}));
  EXPECT_EQ(step.describe().find("operation by operation"), std::string::npos) << step.describe();
}
