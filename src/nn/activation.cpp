// Layers that are one function of their input.
#include <hindsight/nn/activations.hpp>
#include <hindsight/nn/layers.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "nn/function_layer.hpp"

namespace hindsight::nn {
namespace {

std::shared_ptr<FunctionLayer> without_options(const char* name, Tensor (*function)(const Tensor&)) {
  return function_layer(std::string(name) + "()", function);
}
std::shared_ptr<FunctionLayer> leaky_relu_layer(double slope) {
  return function_layer(formatted("LeakyReLU(negative_slope={})", slope),
                        [=](const Tensor& x) { return leaky_relu(x, slope); });
}

std::shared_ptr<FunctionLayer> softplus_layer(const SoftplusOptions& options) {
  if (options.beta == 1 && options.threshold == SoftplusOptions().threshold)
    return without_options("Softplus", softplus);
  if (options.beta == 0) throw ValueError("Softplus: beta is 0 and must be another number: it divides");
  return function_layer(formatted("Softplus(beta={}, threshold={})", options.beta, options.threshold),
                        [=](const Tensor& x) { return softplus(x, options.beta, options.threshold); });
}

std::shared_ptr<FunctionLayer> gelu_layer(std::string_view approximate) {
  if (approximate == "none") return without_options("GELU", gelu);
  if (approximate != "tanh")
    fail<ValueError>("GELU: approximate is \"{}\" and must be \"none\" or \"tanh\"", approximate);
  return function_layer("GELU(approximate='tanh')", [](const Tensor& x) { return gelu(x, "tanh"); });
}

std::shared_ptr<FunctionLayer> elu_layer(double alpha) {
  return function_layer(formatted("ELU(alpha={})", alpha), [=](const Tensor& x) { return elu(x, alpha); });
}

std::shared_ptr<FunctionLayer> hardtanh_layer(double low, double high) {
  if (!(low < high))
    fail<ValueError>("Hardtanh: min_val is {} and max_val {}; min_val must be the smaller one", low, high);
  return function_layer(formatted("Hardtanh(min_val={}, max_val={})", low, high),
                        [=](const Tensor& x) { return hardtanh(x, low, high); });
}

std::shared_ptr<FunctionLayer> along(const char* name, std::int64_t dim,
                                     Tensor (*function)(const Tensor&, std::int64_t)) {
  return function_layer(formatted("{}(dim={})", name, dim),
                        [=](const Tensor& x) { return function(x, dim); });
}

}  // namespace

ReLU::ReLU() : Module(without_options("ReLU", relu)) {}
Sigmoid::Sigmoid() : Module(without_options("Sigmoid", sigmoid)) {}
Tanh::Tanh() : Module(without_options("Tanh", tanh)) {}
SiLU::SiLU() : Module(without_options("SiLU", silu)) {}
SELU::SELU() : Module(without_options("SELU", selu)) {}
Mish::Mish() : Module(without_options("Mish", mish)) {}
ReLU6::ReLU6() : Module(without_options("ReLU6", relu6)) {}
LogSigmoid::LogSigmoid() : Module(without_options("LogSigmoid", logsigmoid)) {}

LeakyReLU::LeakyReLU(LeakyReLUOptions options) : Module(leaky_relu_layer(options.negative_slope)) {}
Softplus::Softplus(SoftplusOptions options) : Module(softplus_layer(options)) {}
GELU::GELU(GELUOptions options) : Module(gelu_layer(options.approximate)) {}
ELU::ELU(ELUOptions options) : Module(elu_layer(options.alpha)) {}
Hardtanh::Hardtanh(HardtanhOptions options) : Module(hardtanh_layer(options.min_val, options.max_val)) {}
Softmax::Softmax(std::int64_t dim) : Module(along("Softmax", dim, softmax)) {}
LogSoftmax::LogSoftmax(std::int64_t dim) : Module(along("LogSoftmax", dim, log_softmax)) {}

}  // namespace hindsight::nn
