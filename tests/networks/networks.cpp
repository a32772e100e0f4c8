#include "networks/networks.hpp"

namespace networks {
namespace {

namespace nn = hs::nn;

class Function : public nn::Layer {
 public:
  explicit Function(Tensor (*function)(const Tensor&)) : function_(function) {}
  Tensor forward(std::span<const Tensor> inputs) override { return function_(only(inputs)); }
  std::string describe() const override { return "Function"; }

 private:
  Tensor (*function_)(const Tensor&);
};

hs::TensorType like_its_input(hs::Operands inputs, const hs::Attributes&) { return inputs[0].type(); }

constexpr hs::Op doubling = {
    .name = "test_doubled",
    .latex = "2 [{0} > 0] {0}",
    .text = "test_doubled({0})",
    .words = "twice what is positive",
    .elementwise = true,
    .rule = like_its_input,
    .forward =
        [](hs::Operands in, const hs::Attributes&, hs::Array& out) {
          for (std::int64_t i = 0; i < out.elements(); ++i)
            out.mutable_data<double>()[i] = 2 * std::max(0.0, in[0].at(i));
        },
    .partials = {[](const Tensor& y) { return 2 * hs::step(y.input(0)); }},
    .regime =
        [](std::span<const double> x, const hs::Attributes&) {
          return x[0] > 0 ? hs::Regime::active : x[0] < 0 ? hs::Regime::inactive : hs::Regime::kink;
        },
};

Tensor turned(const Tensor& x, std::int64_t first) {
  const std::int64_t width = x.size(1);
  return hs::pad(x.slice(1, first, width), 1, 0, width) +
         hs::pad(x.slice(1, 0, first), 1, width - first, width);
}

constexpr hs::Op mixing = {
    .name = "test_mixed",
    .latex = R"(\operatorname{mix}({0}))",
    .text = "test_mixed({0}, {times})",
    .words = "each element less so many times its neighbour",
    .rule = like_its_input,
    .forward =
        [](hs::Operands in, const hs::Attributes& attributes, hs::Array& out) {
          const std::int64_t width = out.shape()[1];
          const double times = attributes.get<double>("times");
          for (std::int64_t i = 0; i < out.elements(); ++i)
            out.mutable_data<double>()[i] =
                in[0].at(i) - times * in[0].at(i / width * width + (i + 1) % width);
        },
    .vjps = {[](const Tensor& y, const Tensor& g) {
      return g - y.attributes().get<double>("times") * turned(g, y.size(1) - 1);
    }},
};

nn::Module activation(std::uint32_t which) {
  switch (which) {
    case 0:
      return nn::ReLU();
    case 1:
      return nn::Sigmoid();
    case 2:
      return nn::Tanh();
    case 3:
      return nn::SiLU();
    case 4:
      return nn::GELU();
    case 5:
      return nn::GELU({.approximate = "tanh"});
    case 6:
      return nn::ELU();
    case 7:
      return nn::SELU();
    case 8:
      return nn::LeakyReLU();
    case 9:
      return nn::Softplus();
    case 10:
      return nn::Mish();
    case 11:
      return nn::ReLU6();
    case 12:
      return nn::Hardtanh();
    case 13:
      return nn::LogSigmoid();
    case 14:
      return nn::PReLU({.dtype = hs::float64});
    case 15:
      return nn::Module(std::make_shared<Function>(doubled));
    case 16:
      return nn::Module(std::make_shared<Function>([](const Tensor& x) { return mixed(x, 1); }));
    case 17:
      return nn::Module(std::make_shared<Function>([](const Tensor& x) { return mixed(x, 2); }));
    default:
      return nn::Module(std::make_shared<Function>([](const Tensor& x) { return hs::softmax(x, 1); }));
  }
}
constexpr std::uint32_t activations = 19;

Tensor loss_of(const Tensor& output, const Tensor& targets, std::uint32_t which) {
  switch (which) {
    case 0:
      return nn::MSELoss()(output, targets);
    case 1:
      return nn::L1Loss()(output, targets);
    case 2:
      return nn::BCEWithLogitsLoss()(output, targets);
    case 3:
      return nn::BCELoss()(hs::sigmoid(output), targets);
    default:
      return nn::CrossEntropyLoss()(output, targets);
  }
}

}  // namespace

Tensor doubled(const Tensor& x) { return hs::apply(doubling, {x}); }
Tensor mixed(const Tensor& x, double times) { return hs::apply(mixing, {x}, {{"times", times}}); }

Network random_network(std::uint32_t number) {
  hs::manual_seed(number);
  hs::Generator& generator = hs::default_generator();
  const auto from_one_to = [&](std::uint32_t most) {
    return static_cast<std::int64_t>(1 + generator.at_most(most - 1));
  };
  std::vector<nn::Module> layers;
  const std::int64_t features = from_one_to(4), samples = from_one_to(4), depth = from_one_to(3);
  std::int64_t width = features;
  for (std::int64_t layer = 0; layer < depth; ++layer) {
    const std::int64_t next = from_one_to(4);
    layers.push_back(nn::Linear(width, next, {.bias = generator.at_most(3) > 0, .dtype = hs::float64}));
    layers.push_back(activation((number + static_cast<std::uint32_t>(layer)) % activations));
    width = next;
  }
  layers.push_back(nn::Linear(width, from_one_to(3), {.dtype = hs::float64}));
  const nn::Sequential model(layers);
  const Tensor x = hs::randn({samples, features}, {.dtype = hs::float64}).named("x");
  const std::uint32_t which = number / activations % 5;
  Tensor targets = hs::rand(model(x).shape(), {.dtype = hs::float64});
  if (which == 4) targets = targets.argmax(1);
  const auto compute = [model, x, y = targets.named("y"), which] { return loss_of(model(x), y, which); };
  return {"network " + std::to_string(number) + ": " + model.str(), model, x, compute(), compute};
}

}  // namespace networks
