#pragma once
#include <memory>
#include <vector>

#include <hindsight/parameter.hpp>

namespace hindsight::optim {

/// Moves parameters against their gradients. The update is written in operations, so that a compiled step
/// contains it. A shared handle, as Module is. (torch.optim.Optimizer)
class Optimizer {
 public:
  /// One update from the gradients that backward() left; parameters without a gradient stay.
  /// (optimizer.step())
  void step() const;
  void zero_grad() const;
  const std::vector<Parameter>& parameters() const;
  double lr() const;
  /// Takes effect at the next step, compiled steps included.
  void set_lr(double lr) const;

  struct State;

 protected:
  explicit Optimizer(std::shared_ptr<State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<State> state_;
};

}  // namespace hindsight::optim
