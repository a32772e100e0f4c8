#pragma once
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <hindsight/optim/optimizer.hpp>

namespace hindsight::optim {

using StateDict = std::map<std::string, Tensor>;

/// What an optimizer knows and remembers; one kind a file derives from it.
struct Optimizer::State {
  /// What every kind knows of a group.
  struct Group {
    double lr = 0;
    /// The gradients of one step together are scaled down to this norm; 0 leaves them as they are.
    double clip_norm = 0;
    bool maximize = false;
    /// SGD's and RMSprop's momentum, Adam's β₁; NaN for kinds that have none.
    double momentum = std::numeric_limits<double>::quiet_NaN();
    /// A schedule moves the momentum: then it is no constant of a compiled step, but read anew.
    bool momentum_varies = false;
    /// The rate that the first schedule found.
    std::optional<double> initial_lr = {};
  };
  std::vector<Group> groups;
  std::vector<Parameter> parameters;  // of all groups
  std::vector<std::size_t> group_of;  // by parameter
  /// Of the step that is running, by parameter; undefined where a parameter stays.
  std::vector<Tensor> gradients;
  /// What a kind may remember of a parameter, by PyTorch's names.
  std::vector<std::string> remembers = {};
  /// Whether the kind wants to know t, the number of steps of each parameter.
  bool counts = false;
  /// t in one float64 vector. It is advanced in operations, so that a compiled step counts like an eager one
  /// and a capture does not count at all. `t_before` is its value before the step that is running.
  Parameter steps;
  Tensor t, t_before;

  virtual ~State() = default;
  /// The value of parameter i after one step, written in operations.
  virtual Tensor updated(std::size_t i, const Tensor& value, const Tensor& gradient) = 0;
  virtual void step();
  virtual double first_value(std::size_t /*memory*/, std::size_t /*parameter*/) const { return 0; }
  virtual StateDict state_dict() const;
  virtual void load_state_dict(const StateDict& state);

  /// Throws ValueError for a parameter that is there already.
  void add_group(std::vector<Parameter> more, const Group& group);
  void require_group(std::size_t group) const;
  /// From now on the momentum of the group is read at each step; throws ValueError where there is none.
  void vary_momentum(std::size_t group);

  /// What is computed once a step, at its first use, for all parameters of a group and dtype.
  Tensor once(const std::string& name, DType dtype, const std::function<Tensor()>& make);
  Tensor learning_rate(DType dtype);
  /// momentum · x, and (1 − momentum) · x
  Tensor kept(const Tensor& x);
  Tensor taken(const Tensor& x);
  /// The momentum as a float64 scalar.
  Tensor momentum();
  /// The home of what is remembered about parameter i, one of `remembers`.
  Parameter memory(std::size_t memory, std::size_t i);
  bool has_memory(std::size_t memory, std::size_t i) const {
    return memory < memories_.size() && i < memories_[memory].size() && memories_[memory][i].defined();
  }

 protected:
  /// Of the parameter whose update is being written.
  Group& group() { return groups[group_]; }

 private:
  void begin();
  void end();
  /// A number of the group that may be another at the next step, as a tensor: never frozen into a compiled
  /// step.
  Tensor scalar(const std::string& name, DType dtype, double Group::*number);

  struct Shared {
    std::string name;
    DType dtype;
    std::size_t group;
    Tensor value;
  };
  std::vector<Shared> shared_;
  std::size_t group_ = 0;
  std::vector<std::vector<Parameter>> memories_;
  /// Asked by captures, and true as soon as they hold no more: there are new groups, or a number that was a
  /// constant varies.
  std::shared_ptr<bool> outdated_ = std::make_shared<bool>(false);
};

/// What a kind adds: its options, by group.
template <class Options>
struct StateOf : Optimizer::State {
  std::vector<Options> options_by_group;
  const Options& options_of(std::size_t parameter) const { return options_by_group[group_of[parameter]]; }
  void add(std::vector<Parameter> more, const Options& with, Group group) {
    group.lr = with.lr;
    group.clip_norm = with.clip_norm;
    group.maximize = with.maximize;
    add_group(std::move(more), group);
    options_by_group.push_back(with);
  }
};

/// Throw ValueError for a negative (or NaN) option, and for one outside [0, 1).
void require_not_negative(const char* option, double value);
void require_fraction(const char* option, double value);

}  // namespace hindsight::optim
