// Pooling layers are functions with options.
#include <functional>

#include <hindsight/nn/pooling.hpp>

#include "base/format.hpp"

namespace hindsight::nn {
namespace {

class PoolingLayer : public Layer {
 public:
  using Function = std::function<Tensor(const Tensor&)>;
  PoolingLayer(std::string description, Function function)
      : description_(std::move(description)), function_(std::move(function)) {}
  Tensor forward(std::span<const Tensor> inputs) override { return function_(only(inputs)); }
  std::string describe() const override { return description_; }

 private:
  std::string description_;
  Function function_;
};

std::shared_ptr<PoolingLayer> pooling(std::string description, PoolingLayer::Function function) {
  return std::make_shared<PoolingLayer>(std::move(description), std::move(function));
}

std::string windows(const PerAxis& kernel, const PerAxis& stride, const PerAxis& padding) {
  return formatted("kernel_size={}, stride={}, padding={}", kernel.str(),
                   (stride.empty() ? kernel : stride).str(), padding.str());
}

}  // namespace

AvgPool1d::AvgPool1d(PerAxis kernel, AvgPool1dOptions o)
    : Module(pooling(formatted("AvgPool1d({})", windows(kernel, o.stride, o.padding)), [=](const Tensor& x) {
        return avg_pool1d(x, kernel, o.stride, o.padding, o.ceil_mode, o.count_include_pad);
      })) {}
AvgPool2d::AvgPool2d(PerAxis kernel, AvgPool2dOptions o)
    : Module(pooling(formatted("AvgPool2d({})", windows(kernel, o.stride, o.padding)), [=](const Tensor& x) {
        return avg_pool2d(x, kernel, o.stride, o.padding, o.ceil_mode, o.count_include_pad,
                          o.divisor_override);
      })) {}

}  // namespace hindsight::nn
