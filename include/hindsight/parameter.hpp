#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <hindsight/tensor.hpp>

namespace hindsight {

/// The one home of a weight (or of a running statistic, or of an optimizer's memory): a name, a value that
/// may be replaced, and a version that counts the replacements. Handles are shared: copies mean the same
/// home. Graphs that were built before a replacement keep the value that they were built with.
class Parameter {
 public:
  struct State;

  Parameter() = default;
  /// The same home; while a module is cloned (nn::Module::clone) the clone's home.
  Parameter(const Parameter& other);
  Parameter(Parameter&&) noexcept = default;
  Parameter& operator=(const Parameter&) = default;
  Parameter& operator=(Parameter&&) noexcept = default;
  ~Parameter() = default;
  Parameter(std::string name, Tensor value, bool requires_grad = true);
  /// Draws its first value when it is first read, so that the order of the draws is that of the model and not
  /// that in which a compiler happens to evaluate constructor arguments.
  Parameter(std::string name, TensorType type, std::function<Array()> initial, bool requires_grad = true);

  const std::string& name() const;
  void rename(std::string name);
  const Shape& shape() const;
  DType dtype() const;

  /// The present value, as a leaf of the graph.
  Tensor value() const;
  operator Tensor() const { return value(); }
  /// Replaces the value. Throws ShapeError when the shape changes. A new dtype is allowed (see Module::to).
  void assign(const Tensor& value);
  std::uint64_t version() const;

  /// Undefined before the first backward() and after zero_grad().
  Tensor grad() const;
  void set_grad(Tensor gradient);
  void zero_grad() { set_grad({}); }
  /// Tensor::register_hook, for the present value and all later ones.
  template <class F>
  RemovableHandle register_hook(F hook) const {
    return value().register_hook(std::move(hook));
  }

  bool requires_grad() const;
  /// Freezes the parameter (false) or lets it learn again.
  void requires_grad_(bool requires_grad);

  /// True when both handles mean the same home.
  bool is(const Parameter& other) const noexcept { return state_ == other.state_; }
  /// False for a default-made handle, which has no home.
  bool defined() const noexcept { return state_ != nullptr; }

  /// For the library's own floors.
  const std::shared_ptr<State>& state() const noexcept { return state_; }
  static Parameter of(std::shared_ptr<State> state) { return Parameter(std::move(state)); }

 private:
  explicit Parameter(std::shared_ptr<State> state) : state_(std::move(state)) {}

  /// Throws StateError for a default-made handle.
  State& home() const;

  std::shared_ptr<State> state_;
};

/// Lets parameters have other values while it lives, without moving their versions: for looking around a
/// point. Graphs that are built meanwhile depend on the lent tensors.
class [[nodiscard]] ParameterLoan {
 public:
  ParameterLoan(std::span<const Parameter> parameters, std::span<const Tensor> values);
  ~ParameterLoan();
  ParameterLoan(const ParameterLoan&) = delete;
  ParameterLoan& operator=(const ParameterLoan&) = delete;

 private:
  std::vector<std::pair<Parameter, Tensor>> before_;
};

}  // namespace hindsight
