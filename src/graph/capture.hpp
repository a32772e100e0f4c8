#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <hindsight/parameter.hpp>
#include <hindsight/tensor.hpp>

namespace hindsight {

/// Records a step as a graph, without numbers, for as long as it lives. Whatever the step does to parameters
/// and their gradients is undone at the end and kept here instead.
class Capture {
 public:
  struct Assignment {
    Parameter parameter;
    Tensor before;
    Tensor after;
  };
  struct Gradient {
    Parameter parameter;
    Tensor before;
    Tensor after;
  };
  struct ScalarInput {
    Tensor placeholder;
    std::function<double()> read;
  };

  /// What the step asked and may be answered otherwise later: whether a layer is in training.
  struct Condition {
    std::shared_ptr<const bool> now;
    bool then;
  };

  Capture();
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  /// A leaf without numbers, to be fed at each run.
  Tensor placeholder(const TensorType& type, const std::string& name);
  Tensor scalar(std::function<double()> read, DType dtype, const std::string& name);
  /// Called by a Parameter whose value, or gradient, is about to change.
  void assigned(const Parameter& parameter, const Tensor& before, const Tensor& after);
  void gradient_set(const Parameter& parameter, const Tensor& before);
  /// Called when the step asks for `flag`: the recording holds as long as it is what it is.
  void asked(std::shared_ptr<const bool> flag);

  /// Ends the recording and gives parameters and gradients back what they had.
  void finish() noexcept;

  /// Valid after finish(): one entry a parameter, in the order of the first change.
  const std::vector<Assignment>& assignments() const { return assignments_; }
  const std::vector<Gradient>& gradients() const { return gradients_; }
  const std::vector<ScalarInput>& scalars() const { return scalars_; }
  const std::vector<Condition>& conditions() const { return conditions_; }

 private:
  bool running_ = true;
  Capture* outer_;
  std::vector<Assignment> assignments_;
  std::vector<Gradient> gradients_;
  std::vector<ScalarInput> scalars_;
  std::vector<Condition> conditions_;
};

/// A number that may be another at the next step (a learning rate, Adam's t): a constant in eager code, an
/// input that is read anew at each run in a captured step.
Tensor scalar_input(const std::function<double()>& read, DType dtype, const std::string& name);

}  // namespace hindsight
