#include <hindsight/nn/layers.hpp>

namespace hindsight::nn {
namespace {

class SequentialLayer : public Layer {
 public:
  explicit SequentialLayer(std::vector<Module> modules) : modules_(std::move(modules)) {
    for (std::size_t i = 0; i < modules_.size(); ++i) add_module(std::to_string(i), modules_[i]);
  }
  Tensor forward(std::span<const Tensor> inputs) override {
    Tensor x = only(inputs);
    for (const Module& module : modules_) x = module(x);
    return x;
  }
  std::string describe() const override { return "Sequential"; }

 private:
  std::vector<Module> modules_;
};

}  // namespace

Sequential::Sequential(std::vector<Module> modules)
    : Module(std::make_shared<SequentialLayer>(std::move(modules))) {}

}  // namespace hindsight::nn
