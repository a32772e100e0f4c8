#pragma once
#include <functional>
#include <memory>
#include <string>

#include <hindsight/nn/module.hpp>

namespace hindsight::nn {

/// A layer that is one function of its input: activations, pooling.
class FunctionLayer : public Layer {
 public:
  using Function = std::function<Tensor(const Tensor&)>;
  FunctionLayer(std::string description, Function function)
      : description_(std::move(description)), function_(std::move(function)) {}
  Tensor forward(std::span<const Tensor> inputs) override { return function_(only(inputs)); }
  std::string describe() const override { return description_; }

 private:
  std::string description_;
  Function function_;
};

inline std::shared_ptr<FunctionLayer> function_layer(std::string description,
                                                     FunctionLayer::Function function) {
  return std::make_shared<FunctionLayer>(std::move(description), std::move(function));
}

}  // namespace hindsight::nn
