#include <cmath>

#include <hindsight/error.hpp>
#include <hindsight/nn/layers.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight::nn {
namespace {

class LinearLayer : public Layer {
 public:
  LinearLayer(std::int64_t in_features, std::int64_t out_features, const LinearOptions& options)
      : in_(in_features), out_(out_features) {
    if (in_ < 1 || out_ < 1)
      fail<ValueError>("Linear({}, {}): a layer needs at least one input and one output feature", in_, out_);
    // PyTorch's default, kaiming_uniform with a = √5, comes down to ±1/√in_features for weight and bias
    // alike.
    const double bound = 1 / std::sqrt(static_cast<double>(in_));
    const auto start = [this, bound, options](const std::string& name, const Shape& shape) {
      return add_parameter(Parameter(name, {shape, options.dtype}, [=] {
        return default_generator().uniform(shape, -bound, bound, options.dtype);
      }));
    };
    weight_ = start("weight", {out_, in_});
    if (options.bias) bias_ = start("bias", {out_});
  }

  Tensor forward(std::span<const Tensor> inputs) override {
    const Tensor& x = only(inputs);
    if (x.dim() == 0 || x.shape().back() != in_) reject(x);
    if (x.dtype() != weight_.dtype())
      fail<DTypeError>("{} is {} and its input is {}: convert one with .to(hs::{})", title(),
                       name(weight_.dtype()), name(x.dtype()), name(weight_.dtype()));
    const Tensor weight = weight_;  // first: the weight is drawn before the bias
    return linear(x, weight, bias_.defined() ? bias_.value() : Tensor());
  }

  std::string describe() const override {
    return formatted("Linear(in_features={}, out_features={}{})", in_, out_,
                     bias_.defined() ? "" : ", bias=false");
  }

 private:
  [[noreturn]] void reject(const Tensor& x) const {
    const std::int64_t found = x.dim() == 0 ? 0 : x.shape().back();
    const std::string expects = formatted("{} expects {} input feature{}, but its input has shape {}",
                                          title(), in_, in_ == 1 ? "" : "s", x.shape().str());
    if (x.dim() == 0 || (x.dim() > 2 && x.shape().elements() == x.shape()[0] * in_))
      fail<ShapeError>("{}; it takes [batch, {}], so reshape it", expects, in_);
    fail<ShapeError>("{}; did you mean nn::Linear({}, {})?", expects, found, out_);
  }

  std::int64_t in_, out_;
  Parameter weight_, bias_;
};

}  // namespace

Linear::Linear(std::int64_t in_features, std::int64_t out_features, LinearOptions options)
    : Module(std::make_shared<LinearLayer>(in_features, out_features, options)) {}

Parameter Linear::bias() const {
  const auto all = parameters();
  if (all.size() < 2)
    throw StateError("this Linear was made without a bias: LinearOptions{.bias = true} gives it one");
  return all[1];
}

}  // namespace hindsight::nn
