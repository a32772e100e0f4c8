#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <hindsight/optim/lr_scheduler.hpp>

#include "optim/state.hpp"

namespace hindsight::optim {

/// Where a schedule stands, as numbers by name.
using Entries = std::map<std::string, double>;
std::map<std::string, Tensor> as_tensors(const Entries& entries);
/// Throws ValueError unless `state` has a number for each name of `entries`, and no other.
Entries as_entries(const std::map<std::string, Tensor>& state, const Entries& entries);

struct LRScheduler::State {
  explicit State(const Optimizer& of);
  virtual ~State() = default;

  Optimizer optimizer;
  std::int64_t epoch = -1;
  std::vector<double> lrs;  // by group, as set last

  /// One epoch further.
  void step();
  /// To epoch 0, from the first rates.
  void restart();
  /// To before epoch 0.
  virtual void rewind() { epoch = -1; }
  virtual Entries entries() const;
  virtual void restore(const Entries& entries);

  std::vector<Optimizer::State::Group>& groups() const { return optimizer.state().groups; }

 private:
  /// Sets the rates of `epoch`.
  virtual void advance() = 0;
};

/// The rate of a group at `epoch`, which is 0 when the schedule is made, from the present rate.
using Rule = std::function<double(const Optimizer::State::Group& group, std::int64_t epoch)>;

/// A schedule that is a rule, at epoch 0.
std::shared_ptr<LRScheduler::State> ruled(const Optimizer& optimizer, Rule rule);

/// One number for each group of the optimizer. Throws ValueError when there is another number of them.
std::vector<double> for_each_group(const char* option, const PerGroup& numbers, const Optimizer& optimizer);

void require_within(const char* option, double value, const char* domain, bool within);
void require_at_least_one(const char* option, std::int64_t value);

}  // namespace hindsight::optim
