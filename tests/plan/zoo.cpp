// A zoo of perceptrons: every pair of activation, loss, optimizer, width, batch and so on, one compiled step
// against one eager step from the same weights, again and again.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "base/format.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
namespace optim = hindsight::optim;
using hs::Tensor;

namespace {

/// What the members of the zoo differ in.
enum Trait : std::size_t { activation, loss, optimizer, width, batch, inputs, outputs, depth, dtype, traits };

constexpr std::array<std::size_t, traits> choices = {7, 5, 7, 6, 4, 3, 2, 2, 2};
constexpr const char* activations[] = {"relu", "leaky_relu", "tanh", "sigmoid", "gelu", "silu", "softplus"};
constexpr const char* losses[] = {"MSE", "L1", "BCE", "BCEWithLogits", "CrossEntropy"};
constexpr const char* optimizers[] = {"SGD",          "momentum", "Nesterov", "weight decay",
                                      "clipped norm", "Adam",     "AdamW"};
constexpr std::int64_t widths[] = {1, 3, 7, 17, 31, 257};
constexpr std::int64_t batches[] = {1, 7, 64, 200};
constexpr std::int64_t input_counts[] = {1, 4, 5};
constexpr std::int64_t output_counts[] = {1, 3};

struct Member {
  std::array<std::size_t, traits> chosen;

  std::int64_t width() const { return widths[chosen[Trait::width]]; }
  std::int64_t batch() const { return batches[chosen[Trait::batch]]; }
  std::int64_t inputs() const { return input_counts[chosen[Trait::inputs]]; }
  bool classifies() const { return losses[chosen[Trait::loss]] == std::string("CrossEntropy"); }
  std::int64_t outputs() const {
    return std::max<std::int64_t>(output_counts[chosen[Trait::outputs]], classifies() ? 2 : 1);
  }
  std::int64_t depth() const { return static_cast<std::int64_t>(chosen[Trait::depth]) + 1; }
  hs::DType dtype() const { return chosen[Trait::dtype] == 0 ? hs::float64 : hs::float32; }
  bool is_narrow() const { return width() <= 31; }

  std::string str() const {
    return hs::formatted("{}-{}-{}, batch {}, {}, {}, {}, {}", inputs(),
                         depth() == 2 ? hs::formatted("{0}-{0}", width()) : hs::formatted("{}", width()),
                         outputs(), batch(), activations[chosen[activation]], losses[chosen[loss]],
                         optimizers[chosen[optimizer]], hs::name(dtype()));
  }
};

/// How often each pair of choices is in the zoo already.
class Pairs {
 public:
  void add(const Member& member) {
    each(member, [&](int& count) { ++count; });
  }
  /// Pairs that are new count most, and those that are rare more than others.
  double worth(const Member& member) {
    double sum = 0;
    each(member, [&](int count) { sum += std::pow(0.1, count); });
    return sum;
  }
  std::size_t size() const { return counts_.size(); }

 private:
  template <class Use>
  void each(const Member& member, const Use& use) {
    for (std::size_t a = 0; a < traits; ++a)
      for (std::size_t b = a + 1; b < traits; ++b) use(counts_[{a, member.chosen[a], b, member.chosen[b]}]);
  }
  std::map<std::array<std::size_t, 4>, int> counts_;
};

/// 200 members: of 30 that are drawn, the one with the pairs that are missing most.
std::vector<Member> zoo() {
  std::mt19937 random(1);
  Pairs pairs;
  std::vector<Member> members;
  while (members.size() < 200) {
    Member best{};
    double most = -1;
    for (int draw = 0; draw < 30; ++draw) {
      Member member{};
      for (std::size_t trait = 0; trait < traits; ++trait) member.chosen[trait] = random() % choices[trait];
      const double worth = pairs.worth(member);
      if (worth > most) best = member;
      most = std::max(most, worth);
    }
    pairs.add(best);
    members.push_back(best);
  }
  return members;
}

nn::Module activation_of(const Member& member) {
  switch (member.chosen[activation]) {
    case 0:
      return nn::ReLU();
    case 1:
      return nn::LeakyReLU({.negative_slope = 0.125});
    case 2:
      return nn::Tanh();
    case 3:
      return nn::Sigmoid();
    case 4:
      return nn::GELU();
    case 5:
      return nn::SiLU();
    default:
      return nn::Softplus();
  }
}

Tensor loss_of(const Member& member, const Tensor& z, const Tensor& t) {
  switch (member.chosen[loss]) {
    case 0:
      return nn::MSELoss()(z, t);
    case 1:
      return nn::L1Loss()(z, t);
    case 2:
      return nn::BCELoss()(hs::sigmoid(z), t);
    case 3:
      return nn::BCEWithLogitsLoss()(z, t);
    default:
      return nn::CrossEntropyLoss()(z, t);
  }
}

/// Rates of 1, so that an error of a gradient is seen in full. Adam divides by √v + eps, which enlarges an
/// error of g up to lr / eps times: 1 as well.
optim::Optimizer optimizer_of(const Member& member, const std::vector<hs::Parameter>& parameters) {
  switch (member.chosen[optimizer]) {
    case 0:
      return optim::SGD(parameters, {.lr = 1});
    case 1:
      return optim::SGD(parameters, {.lr = 1, .momentum = 0.9});
    case 2:
      return optim::SGD(parameters, {.lr = 1, .momentum = 0.9, .nesterov = true});
    case 3:
      return optim::SGD(parameters, {.lr = 1, .weight_decay = 0.1});
    case 4:
      return optim::SGD(parameters, {.lr = 1, .clip_norm = 0.05});
    case 5:
      return optim::Adam(parameters, {.lr = 0.1, .eps = 0.1, .weight_decay = 0.1});
    default:
      return optim::AdamW(parameters, {.lr = 0.1, .eps = 0.1, .weight_decay = 0.1});
  }
}

/// Uniform multiples of 1/64 in ±limit. Whatever a relu sees is then exact, in float32 too, or at least not
/// within a rounding of its kink, so that compiled and eager lie on the same side of it.
Tensor on_grid(hs::Generator& random, const hs::Shape& shape, double limit, hs::DType dtype) {
  const Tensor x = Tensor(random.uniform(shape, -limit, limit)) * 64.0;
  std::vector<double> numbers = x.to_vector<double>();
  for (double& number : numbers) number = std::round(number) / 64;
  return hs::tensor(numbers).reshape(shape).to(dtype);
}

/// A network with its optimizer.
struct Network {
  Member member;
  nn::Sequential model;
  optim::Optimizer optimizer;

  explicit Network(const Member& of) : member(of), model(layers(of)), optimizer(made(of, model)) {}

  static std::vector<nn::Module> layers(const Member& of) {
    std::vector<nn::Module> modules{nn::Linear(of.inputs(), of.width()), activation_of(of)};
    if (of.depth() == 2) {
      modules.push_back(nn::Linear(of.width(), of.width()));
      modules.push_back(activation_of(of));
    }
    modules.push_back(nn::Linear(of.width(), of.outputs()));
    return modules;
  }
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
  void assign_weights(std::uint32_t seed) const {
    hs::Generator random(seed);
    for (const hs::Parameter& parameter : model.parameters()) {
      const double fan_in = static_cast<double>(parameter.shape()[parameter.shape().size() - 1]);
      hs::Parameter(parameter).assign(
          on_grid(random, parameter.shape(), 1.5 / std::sqrt(fan_in), member.dtype()));
    }
  }
};

struct Batch {
  Tensor x, t;
  Batch(const Member& of, std::uint32_t seed) {
    hs::Generator random(seed);
    x = on_grid(random, {of.batch(), of.inputs()}, 2, of.dtype());
    t = on_grid(random, {of.batch(), of.outputs()}, 0.5, of.dtype()) + 0.5;
    if (of.classifies()) t = t.argmax(1);
  }
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
      apart = here <= apart ? apart : here;  // NaN stays
    }
    worst = apart / largest <= worst ? worst : apart / largest;
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
    for (const double here : {apart, difference(compiled, eager)}) worst = here <= worst ? worst : here;
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
  Pairs pairs;
  for (const Member& member : zoo()) pairs.add(member);
  std::size_t all = 0;
  for (std::size_t a = 0; a < traits; ++a)
    for (std::size_t b = a + 1; b < traits; ++b) all += choices[a] * choices[b];
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
