#include <hindsight/error.hpp>
#include <hindsight/nn/residual.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight::nn {
namespace {

class IdentityLayer : public Layer {
 public:
  Tensor forward(std::span<const Tensor> inputs) override { return only(inputs); }
  std::string describe() const override { return "Identity()"; }
};

class ResidualLayer : public Layer {
 public:
  explicit ResidualLayer(const Module& f) : f_(f) { add_module("f", f); }

  Tensor forward(std::span<const Tensor> inputs) override {
    const Tensor& x = only(inputs);
    const Tensor change = f_(x);
    if (change.shape() != x.shape())
      fail<ShapeError>("{} adds its input of shape {} to f of it, which has shape {}; f must keep the shape",
                       title(), x.shape().str(), change.shape().str());
    return x + change;
  }
  std::string describe() const override { return "Residual"; }

 private:
  Module f_;
};

}  // namespace

Identity::Identity() : Module(std::make_shared<IdentityLayer>()) {}
Residual::Residual(const Module& f) : Module(std::make_shared<ResidualLayer>(f)) {}

}  // namespace hindsight::nn
