#include "networks/zoo.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "base/format.hpp"

namespace networks {

namespace nn = hs::nn;
namespace optim = hs::optim;

namespace {

constexpr const char* activations[] = {"relu", "leaky_relu", "tanh", "sigmoid", "gelu", "silu", "softplus"};
constexpr const char* losses[] = {"MSE", "L1", "BCE", "BCEWithLogits", "CrossEntropy"};
constexpr const char* optimizers[] = {"SGD",          "momentum", "Nesterov", "weight decay",
                                      "clipped norm", "Adam",     "AdamW"};
constexpr std::int64_t widths[] = {1, 3, 7, 17, 31, 257};
constexpr std::int64_t batches[] = {1, 7, 64, 200};
constexpr std::int64_t input_counts[] = {1, 4, 5};
constexpr std::int64_t output_counts[] = {1, 3};

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

 private:
  template <class Use>
  void each(const Member& member, const Use& use) {
    for (std::size_t a = 0; a < traits; ++a)
      for (std::size_t b = a + 1; b < traits; ++b) use(counts_[{a, member.chosen[a], b, member.chosen[b]}]);
  }
  std::map<std::array<std::size_t, 4>, int> counts_;
};

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

}  // namespace

std::int64_t Member::width() const { return widths[chosen[Trait::width]]; }
std::int64_t Member::batch() const { return batches[chosen[Trait::batch]]; }
std::int64_t Member::inputs() const { return input_counts[chosen[Trait::inputs]]; }
bool Member::classifies() const { return losses[chosen[Trait::loss]] == std::string("CrossEntropy"); }

std::int64_t Member::outputs() const {
  return std::max<std::int64_t>(output_counts[chosen[Trait::outputs]], classifies() ? 2 : 1);
}

std::string Member::str() const {
  return hs::formatted("{}-{}-{}, batch {}, {}, {}, {}, {}", inputs(),
                       depth() == 2 ? hs::formatted("{0}-{0}", width()) : hs::formatted("{}", width()),
                       outputs(), batch(), activations[chosen[activation]], losses[chosen[loss]],
                       optimizers[chosen[optimizer]], hs::name(dtype()));
}

// Of 30 that are drawn, the one with the pairs that are missing most.
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

std::vector<nn::Module> layers_of(const Member& of) {
  std::vector<nn::Module> modules{nn::Linear(of.inputs(), of.width()), activation_of(of)};
  if (of.depth() == 2) {
    modules.push_back(nn::Linear(of.width(), of.width()));
    modules.push_back(activation_of(of));
  }
  modules.push_back(nn::Linear(of.width(), of.outputs()));
  return modules;
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

Tensor on_grid(hs::Generator& random, const hs::Shape& shape, double limit, hs::DType dtype) {
  const Tensor x = Tensor(random.uniform(shape, -limit, limit)) * 64.0;
  std::vector<double> numbers = x.to_vector<double>();
  for (double& number : numbers) number = std::round(number) / 64;
  return hs::tensor(numbers).reshape(shape).to(dtype);
}

void assign_weights(const std::vector<hs::Parameter>& parameters, std::uint32_t seed) {
  hs::Generator random(seed);
  for (hs::Parameter parameter : parameters) {
    const double fan_in = static_cast<double>(parameter.shape()[parameter.shape().size() - 1]);
    parameter.assign(on_grid(random, parameter.shape(), 1.5 / std::sqrt(fan_in), parameter.dtype()));
  }
}

Batch::Batch(const Member& of, std::uint32_t seed) {
  hs::Generator random(seed);
  x = on_grid(random, {of.batch(), of.inputs()}, 2, of.dtype());
  t = on_grid(random, {of.batch(), of.outputs()}, 0.5, of.dtype()) + 0.5;
  if (of.classifies()) t = t.argmax(1);
}

}  // namespace networks
