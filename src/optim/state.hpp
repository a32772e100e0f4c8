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
  /// The gradients of one step together are scaled down to this norm; 0 leaves them as they are.
  double clip_norm = 0;
  /// Of the step that is running, by parameter; undefined where a parameter stays.
  std::vector<Tensor> gradients;

  virtual ~State() = default;
  /// The value of parameter i after one step, written in operations.
  virtual Tensor updated(std::size_t i, const Tensor& value, const Tensor& gradient) = 0;

  /// Collects the gradients of a step that begins, and forgets them and what was shared when it ends.
  void begin();
  void end();

  /// What is computed once a step, at its first use, for all parameters of a dtype.
  Tensor once(const std::string& name, DType dtype, const std::function<Tensor()>& make);
  /// A number that may be another at the next step, as a tensor: never frozen into a compiled step.
  Tensor scalar(const std::string& name, DType dtype, const std::function<double()>& read);
  Tensor learning_rate(DType dtype) {
    return scalar("lr", dtype, [this] { return lr; });
  }
  /// The home of what is remembered about parameter i, one of `homes`; it starts with zeros.
  Parameter& memory(std::vector<Parameter>& homes, std::size_t i, const char* what);

 private:
  struct Shared {
    std::string name;
    DType dtype;
    Tensor value;
  };
  std::vector<Shared> shared_;
};

/// Throws ValueError for a negative or NaN option.
void require_not_negative(const char* option, double value);

}  // namespace hindsight::optim
