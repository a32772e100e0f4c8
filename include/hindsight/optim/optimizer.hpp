#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <hindsight/parameter.hpp>

namespace hindsight::optim {

/// Moves parameters against their gradients. The update is written in operations, so that a compiled step
/// contains it. A shared handle, as Module is. Parameters come in groups, each with options of its own: the
/// constructor makes group 0, and add_param_group(parameters, options) of each kind another (what it is not
/// told is what the constructor was told). Frozen parameters (requires_grad_(false)) and those
/// without a gradient stay as they are. (torch.optim.Optimizer)
class Optimizer {
 public:
  /// One update from the gradients that backward() left. (optimizer.step())
  void step() const;
  void zero_grad() const;
  /// Of all groups.
  const std::vector<Parameter>& parameters() const;

  std::size_t groups() const;
  /// The learning rate of a group. Throws IndexError when there is no such group, as set_lr does.
  double lr(std::size_t group = 0) const;
  /// Of all groups, or of one; takes effect at the next step, compiled steps included. Throws ValueError for
  /// a negative rate.
  void set_lr(double lr) const;
  void set_lr(double lr, std::size_t group) const;

  /// What is remembered ("state.0.exp_avg", where 0 counts the parameters of all groups) and what may have
  /// been changed since ("param_groups.0.lr"). (optimizer.state_dict(), flat, so that a file of tensors holds
  /// it)
  std::map<std::string, Tensor> state_dict() const;
  /// Takes it over, into an optimizer of the same kind and groups. Throws ValueError naming what is missing
  /// or unexpected, ShapeError naming what does not fit, and then changes nothing.
  void load_state_dict(const std::map<std::string, Tensor>& state) const;

  struct State;
  /// For the library's own floors.
  State& state() const noexcept { return *state_; }

 protected:
  explicit Optimizer(std::shared_ptr<State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<State> state_;
};

}  // namespace hindsight::optim
