#include <algorithm>

#include <hindsight/error.hpp>
#include <hindsight/nn/normalization.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight::nn {
namespace {

class LayerNormLayer : public Layer {
 public:
  LayerNormLayer(Shape shape, const LayerNormOptions& options) : shape_(std::move(shape)), options_(options) {
    if (shape_.empty() || shape_.elements() < 1)
      fail<ValueError>("LayerNorm: normalized_shape is {} and needs at least one axis, with entries",
                       shape_.str());
    if (!options.elementwise_affine) return;
    weight_ = add_parameter(Parameter("weight", ones(shape_, {.dtype = options.dtype})));
    bias_ = add_parameter(Parameter("bias", zeros(shape_, {.dtype = options.dtype})));
  }

  Tensor forward(std::span<const Tensor> inputs) override {
    const Tensor& x = only(inputs);
    const Shape& found = x.shape();
    if (found.size() < shape_.size() ||
        !std::equal(shape_.begin(), shape_.end(), found.end() - shape_.size()))
      fail<ShapeError>(
          "{} expects its input to end in the axes {}, but it has shape {}; give LayerNorm the lengths of "
          "the "
          "axes to normalize",
          title(), shape_.str(), found.str());
    if (!weight_.defined()) return layer_norm(x, shape_, {}, {}, options_.eps);
    if (x.dtype() != weight_.dtype())
      fail<DTypeError>("{} is {} and its input is {}: convert one with .to(hs::{})", title(),
                       name(weight_.dtype()), name(x.dtype()), name(weight_.dtype()));
    return layer_norm(x, shape_, weight_, bias_, options_.eps);
  }

  std::string describe() const override {
    return formatted("LayerNorm(({}{}), eps={}, elementwise_affine={})", joined(shape_, ", "),
                     shape_.size() == 1 ? "," : "", options_.eps, options_.elementwise_affine);
  }

 private:
  Shape shape_;
  LayerNormOptions options_;
  Parameter weight_, bias_;
};

}  // namespace

LayerNorm::LayerNorm(Shape normalized_shape, LayerNormOptions options)
    : Module(std::make_shared<LayerNormLayer>(std::move(normalized_shape), options)) {}

}  // namespace hindsight::nn
