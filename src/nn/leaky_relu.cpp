#include <hindsight/nn/layers.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight::nn {
namespace {

class LeakyReLULayer : public Layer {
 public:
  explicit LeakyReLULayer(double negative_slope) : negative_slope_(negative_slope) {}
  Tensor forward(std::span<const Tensor> inputs) override {
    return leaky_relu(only(inputs), negative_slope_);
  }
  std::string describe() const override { return formatted("LeakyReLU(negative_slope={})", negative_slope_); }

 private:
  double negative_slope_;
};

}  // namespace

LeakyReLU::LeakyReLU(LeakyReLUOptions options)
    : Module(std::make_shared<LeakyReLULayer>(options.negative_slope)) {}

}  // namespace hindsight::nn
