#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <hindsight/error.hpp>
#include <hindsight/parameter.hpp>
#include <hindsight/tensor.hpp>

namespace hindsight::nn {

class Layer;

/// A shared handle to a layer: copies mean the same weights. Call it to run the forward pass.
/// (torch.nn.Module)
class Module {
 public:
  /// Throws StateError when there is no layer.
  explicit Module(std::shared_ptr<Layer> layer) : layer_(std::move(layer)) {
    if (!layer_)
      throw StateError("a module was made without a layer: give it std::make_shared<YourLayer>(...)");
  }

  template <class... T>
  Tensor operator()(const T&... inputs) const {
    const Tensor list[] = {static_cast<const Tensor&>(inputs)...};
    return run(list);
  }

  /// Every weight once, in the order of definition; shared weights are not repeated.
  std::vector<Parameter> parameters() const;
  /// The same with names like "0.weight".
  std::vector<std::pair<std::string, Parameter>> named_parameters() const;
  /// Running statistics and the like, which no optimizer touches.
  std::vector<std::pair<std::string, Parameter>> named_buffers() const;

  /// Values of all parameters and buffers by name, with PyTorch's names.
  std::map<std::string, Tensor> state_dict() const;
  /// Assigns them. Throws ValueError naming what is missing or unexpected, ShapeError naming what does not
  /// fit.
  void load_state_dict(const std::map<std::string, Tensor>& state) const;

  /// Switches between training and evaluation behaviour (dropout, batch norm), here and in everything inside.
  void train(bool on = true) const;
  void eval() const { train(false); }
  bool training() const;
  /// Converts every parameter and buffer of a floating dtype (a count stays one); returns this module.
  Module to(DType dtype) const;
  /// Clears the gradients of all parameters.
  void zero_grad() const;

  /// "Sequential" or "Linear(in_features=2, out_features=16)", with what is inside on lines of its own, as
  /// PyTorch prints.
  std::string str() const;
  /// The modules directly inside, with their names.
  const std::vector<std::pair<std::string, Module>>& children() const;

  Layer& layer() const { return *layer_; }
  bool is(const Module& other) const noexcept { return layer_ == other.layer_; }

 private:
  Tensor run(std::span<const Tensor> inputs) const;

  std::shared_ptr<Layer> layer_;
};

/// What a module owns and does. Derive from it to write a layer of your own: register what it owns in the
/// constructor, override forward(), and hand it out as Module(std::make_shared<YourLayer>(…)).
class Layer {
 public:
  virtual ~Layer() = default;
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;

  virtual Tensor forward(std::span<const Tensor> inputs) = 0;
  /// "Linear(in_features=2, out_features=16)"
  virtual std::string describe() const = 0;

  /// A compiled step that asks is captured anew when the answer changes.
  bool training() const;
  /// "Linear \"2\"": how errors call this layer while its forward runs.
  std::string title() const;

 protected:
  Layer() = default;
  /// Registers a weight (or a buffer, which no optimizer touches) under the name that it has.
  Parameter add_parameter(Parameter parameter);
  Parameter add_buffer(Parameter buffer);
  /// Registers `module` and gives it its place in the names of parameters and errors.
  void add_module(const std::string& name, const Module& module);
  /// The one input of a layer that takes one. Throws ValueError when there are more or none.
  const Tensor& only(std::span<const Tensor> inputs) const;

 private:
  friend class Module;

  std::string name_;  // within the module that it was first registered in
  std::shared_ptr<bool> training_ = std::make_shared<bool>(true);  // shared with captures that asked
  std::vector<Parameter> parameters_, buffers_;
  std::vector<std::string> parameter_names_, buffer_names_;  // within this layer
  std::vector<std::pair<std::string, Module>> children_;
};

}  // namespace hindsight::nn
