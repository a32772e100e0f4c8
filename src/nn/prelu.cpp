#include <hindsight/error.hpp>
#include <hindsight/nn/activations.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight::nn {
namespace {

class PReLULayer : public Layer {
 public:
  explicit PReLULayer(const PReLUOptions& options) {
    if (options.num_parameters < 1)
      fail<ValueError>("PReLU: num_parameters is {} and must be at least 1", options.num_parameters);
    weight_ = add_parameter(
        Parameter("weight", full({options.num_parameters}, options.init, {.dtype = options.dtype})));
  }

  Tensor forward(std::span<const Tensor> inputs) override {
    const Tensor& x = only(inputs);
    const std::int64_t count = weight_.shape()[0], channels = x.dim() > 1 ? x.shape()[1] : 1;
    if (count != 1 && count != channels)
      fail<ShapeError>(
          "{} expects {} channels along axis 1, but its input has shape {}; did you mean "
          "nn::PReLU({{.num_parameters = {}}})?",
          title(), count, x.shape().str(), channels);
    return prelu(x, weight_);
  }

  std::string describe() const override { return formatted("PReLU(num_parameters={})", weight_.shape()[0]); }

 private:
  Parameter weight_;
};

}  // namespace

PReLU::PReLU(PReLUOptions options) : Module(std::make_shared<PReLULayer>(options)) {}

}  // namespace hindsight::nn
