#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <hindsight/error.hpp>
#include <hindsight/parameter.hpp>
#include <hindsight/tensor.hpp>

namespace hindsight::nn {

class Layer;

struct LoadStateDictOptions {
  /// Throw for what is missing or unexpected.
  bool strict = true;
};
/// What load_state_dict(state, {.strict = false}) passed over.
struct IncompatibleKeys {
  std::vector<std::string> missing, unexpected;
};

/// While it lives, copies that this thread makes of modules and parameters are deep (see Module::clone).
class [[nodiscard]] Cloning {
 public:
  Cloning();
  ~Cloning();
  Cloning(const Cloning&) = delete;
  Cloning& operator=(const Cloning&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A shared handle to a layer: copies mean the same weights. Call it to run the forward pass.
/// (torch.nn.Module)
class Module {
 public:
  /// Throws StateError when there is no layer. Give it as what it is, not as std::shared_ptr<Layer>, so that
  /// it can be cloned.
  template <class L>
  explicit Module(std::shared_ptr<L> layer) : Module(std::shared_ptr<Layer>(std::move(layer)), copier<L>()) {}
  explicit Module(std::nullptr_t) : Module(std::shared_ptr<Layer>(), nullptr) {}
  Module(const Module& other) : layer_(same_or_clone(other.layer_)) {}
  Module(Module&&) noexcept = default;
  Module& operator=(const Module&) = default;
  Module& operator=(Module&&) noexcept = default;
  ~Module() = default;

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
  /// This module, named "", and all inside, each once, with names like "0.1".
  std::vector<std::pair<std::string, Module>> named_modules() const;

  /// Values of all parameters and buffers by name, with PyTorch's names: shared ones under each of theirs.
  std::map<std::string, Tensor> state_dict() const;
  /// Assigns them. Throws ValueError naming all that is missing or unexpected (unless told not to be strict)
  /// and ShapeError naming all that does not fit, and then assigns nothing.
  IncompatibleKeys load_state_dict(const std::map<std::string, Tensor>& state,
                                   LoadStateDictOptions options = {}) const;

  /// A module with homes, values, gradients and modes of its own; what was shared within this one is shared
  /// within the clone. (copy.deepcopy(module)) nn::clone(model) keeps the type. Throws StateError for a layer
  /// that cannot be copied.
  Module clone() const;
  /// Calls `function` with everything inside, innermost first, and with this module last; returns this
  /// module. (torch.nn.Module.apply)
  Module apply(const std::function<void(const Module&)>& function) const;
  /// Freezes all parameters (false) or lets them learn again; returns this module.
  Module requires_grad_(bool requires_grad = true) const;

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
  friend class Layer;
  using Copier = std::shared_ptr<Layer> (*)(const Layer&);
  Module(std::shared_ptr<Layer> layer, Copier copies);
  template <class L>
  static Copier copier() {
    if constexpr (std::is_copy_constructible_v<L>)
      return [](const Layer& layer) -> std::shared_ptr<Layer> {
        return std::make_shared<L>(static_cast<const L&>(layer));
      };
    else
      return nullptr;
  }
  static std::shared_ptr<Layer> same_or_clone(const std::shared_ptr<Layer>& layer);
  Tensor run(std::span<const Tensor> inputs) const;
  /// Parameters and buffers under each of their names.
  std::vector<std::pair<std::string, Parameter>> homes() const;

  std::shared_ptr<Layer> layer_;
};

/// Module::clone() of a module whose type is known, Sequential, say.
template <class M>
requires std::is_base_of_v<Module, M> M clone(const M& module) {
  const Cloning cloning;
  return M(module);
}

/// What a module owns and does. Derive from it to write a layer of your own: register what it owns in the
/// constructor, override forward(), and hand it out as Module(std::make_shared<YourLayer>(…)).
class Layer {
 public:
  virtual ~Layer() = default;
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
  /// For Module::clone(): while it runs, handles of parameters and modules copy what they mean, so that a
  /// layer whose members can be copied needs no code for it.
  Layer(const Layer& other);
  /// Registers a weight (or a buffer, which no optimizer touches) under the name that it has.
  Parameter add_parameter(Parameter parameter);
  Parameter add_buffer(Parameter buffer);
  /// Registers `module` and gives it its place in the names of parameters and errors.
  void add_module(const std::string& name, const Module& module);
  /// The one input of a layer that takes one. Throws ValueError when there are more or none.
  const Tensor& only(std::span<const Tensor> inputs) const;

 private:
  friend class Module;

  Module::Copier copier_ = nullptr;
  std::string name_;  // within the module that it was first registered in
  std::shared_ptr<bool> training_ = std::make_shared<bool>(true);  // shared with captures that asked
  std::vector<Parameter> parameters_, buffers_;
  std::vector<std::string> parameter_names_, buffer_names_;  // within this layer
  std::vector<std::pair<std::string, Module>> children_;
};

}  // namespace hindsight::nn
