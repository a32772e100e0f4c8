#pragma once
#include <functional>
#include <string>
#include <vector>

#include <hindsight/optim/optimizer.hpp>

namespace hindsight::optim {

/// What an optimizer knows and remembers; one kind a file derives from it.
struct Optimizer::State {
  std::vector<Parameter> parameters;
  double lr = 0;
  /// The scalar inputs of the step that is running, shared by all its parameters.
  std::vector<Tensor> scalars;

  virtual ~State() = default;
  /// The value of parameter i after one step, written in operations.
  virtual Tensor updated(std::size_t i, const Tensor& value, const Tensor& gradient) = 0;

  /// A number that may be another at the next step, as a tensor: never frozen into a compiled step.
  Tensor scalar(const std::string& name, DType dtype, std::function<double()> read);
  Tensor learning_rate(DType dtype) {
    return scalar("lr", dtype, [this] { return lr; });
  }
};

/// Throws ValueError for a negative or NaN option.
void require_not_negative(const char* option, double value);

}  // namespace hindsight::optim
