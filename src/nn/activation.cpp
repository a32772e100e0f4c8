// Layers that are one function of their input.
#include <hindsight/nn/layers.hpp>
#include <hindsight/ops.hpp>

namespace hindsight::nn {
namespace {

class Activation : public Layer {
 public:
  using Function = Tensor (*)(const Tensor&);
  Activation(const char* name, Function function) : name_(name), function_(function) {}
  Tensor forward(std::span<const Tensor> inputs) override { return function_(only(inputs)); }
  std::string describe() const override { return std::string(name_) + "()"; }

 private:
  const char* name_;
  Function function_;
};

std::shared_ptr<Layer> activation(const char* name, Activation::Function function) {
  return std::make_shared<Activation>(name, function);
}

}  // namespace

ReLU::ReLU() : Module(activation("ReLU", relu)) {}
Sigmoid::Sigmoid() : Module(activation("Sigmoid", sigmoid)) {}
Tanh::Tanh() : Module(activation("Tanh", tanh)) {}
Softplus::Softplus() : Module(activation("Softplus", softplus)) {}
GELU::GELU() : Module(activation("GELU", gelu)) {}
SiLU::SiLU() : Module(activation("SiLU", silu)) {}

}  // namespace hindsight::nn
