#pragma once
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hindsight/optim/optimizer.hpp>

namespace hindsight::optim {

/// Changes the learning rates of all groups of an optimizer from epoch to epoch: call step() after each (or
/// after each training step, when the schedule counts those). The next rate is made from the present one, so
/// that several schedules of one optimizer multiply, and set_lr() in between is kept. Compiled steps read the
/// new rate. A shared handle. (torch.optim.lr_scheduler)
class LRScheduler {
 public:
  void step() const;
  /// The number of step() calls so far.
  std::int64_t last_epoch() const;
  /// The rate of a group that this schedule set last. (get_last_lr()[group])
  double last_lr(std::size_t group = 0) const;

  /// Where the schedule stands: numbers by name; the rates themselves are in the optimizer's state.
  std::map<std::string, Tensor> state_dict() const;
  /// Throws ValueError naming what is missing or unexpected, and then changes nothing.
  void load_state_dict(const std::map<std::string, Tensor>& state) const;

  struct State;
  State& state() const noexcept { return *state_; }

 protected:
  explicit LRScheduler(std::shared_ptr<State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<State> state_;
};

/// One number for all groups of an optimizer, or one for each: 0.1, {0.1, 0.01}.
class PerGroup {
 public:
  PerGroup(double all) : numbers_{all} {}
  PerGroup(std::initializer_list<double> each) : numbers_(each) {}
  PerGroup(std::vector<double> each) : numbers_(std::move(each)) {}

  const std::vector<double>& numbers() const noexcept { return numbers_; }

 private:
  std::vector<double> numbers_;
};

struct StepLROptions {
  double gamma = 0.1;
};

/// Multiplies the rate with gamma every `step_size` epochs. (torch.optim.lr_scheduler.StepLR)
/// Throws ValueError for a step_size below 1 or a negative gamma.
class StepLR : public LRScheduler {
 public:
  StepLR(const Optimizer& optimizer, std::int64_t step_size, StepLROptions options = {});
};

/// Multiplies the rate with gamma at each of `milestones`, twice at one that is named twice.
/// (torch.optim.lr_scheduler.MultiStepLR) Throws ValueError for a negative gamma.
class MultiStepLR : public LRScheduler {
 public:
  MultiStepLR(const Optimizer& optimizer, std::vector<std::int64_t> milestones, StepLROptions options = {});
};

/// Multiplies the rate with gamma every epoch. (torch.optim.lr_scheduler.ExponentialLR)
/// Throws ValueError for a negative gamma.
class ExponentialLR : public LRScheduler {
 public:
  ExponentialLR(const Optimizer& optimizer, double gamma);
};

struct CosineAnnealingLROptions {
  double eta_min = 0;
};

/// From the first rate down to eta_min in `t_max` epochs along half a cosine,
/// eta_min + (lr₀ − eta_min)·(1 + cos(π·epoch/t_max))/2, and up again after that.
/// (torch.optim.lr_scheduler.CosineAnnealingLR) Throws ValueError for a t_max below 1 or a negative eta_min.
class CosineAnnealingLR : public LRScheduler {
 public:
  CosineAnnealingLR(const Optimizer& optimizer, std::int64_t t_max, CosineAnnealingLROptions options = {});
};

struct LinearLROptions {
  double start_factor = 1.0 / 3;
  double end_factor = 1;
  std::int64_t total_iters = 5;
};

/// Warm-up: the rate times a factor that goes from start_factor, at once, to end_factor after total_iters
/// epochs, and stays. (torch.optim.lr_scheduler.LinearLR) Throws ValueError for a start_factor outside (0,
/// 1], an end_factor outside [0, 1] or total_iters below 1.
class LinearLR : public LRScheduler {
 public:
  explicit LinearLR(const Optimizer& optimizer, LinearLROptions options = {});
};

struct ConstantLROptions {
  double factor = 1.0 / 3;
  std::int64_t total_iters = 5;
};

/// The rate times factor, at once, until epoch total_iters, which takes it away again.
/// (torch.optim.lr_scheduler.ConstantLR) Throws ValueError for a factor outside (0, 1] or total_iters below
/// 1.
class ConstantLR : public LRScheduler {
 public:
  explicit ConstantLR(const Optimizer& optimizer, ConstantLROptions options = {});
};

/// The first rate times factor(epoch). (torch.optim.lr_scheduler.LambdaLR) Throws ValueError unless there is
/// one factor, or one for each group.
class LambdaLR : public LRScheduler {
 public:
  using Factor = std::function<double(std::int64_t epoch)>;
  LambdaLR(const Optimizer& optimizer, const Factor& factor)
      : LambdaLR(optimizer, std::vector<Factor>(optimizer.groups(), factor)) {}
  LambdaLR(const Optimizer& optimizer, std::vector<Factor> factors);
};

struct OneCycleLROptions {
  /// Give total_steps, or epochs and steps_per_epoch.
  std::int64_t total_steps = 0;
  std::int64_t epochs = 0;
  std::int64_t steps_per_epoch = 0;
  /// The share of the way up.
  double pct_start = 0.3;
  /// "cos" or "linear"
  std::string_view anneal_strategy = "cos";
  /// Momentum (Adam's β₁) goes the other way; compiled steps then read it anew at each step.
  bool cycle_momentum = true;
  PerGroup base_momentum = 0.85;
  PerGroup max_momentum = 0.95;
  double div_factor = 25;
  double final_div_factor = 1e4;
  /// Back to the first rate symmetrically, and only then down to the last.
  bool three_phase = false;
};

/// From max_lr/div_factor up to max_lr and down to max_lr/(div_factor·final_div_factor); step() after every
/// training step. (torch.optim.lr_scheduler.OneCycleLR; Smith and Topin, "Super-convergence", 2019)
/// Throws ValueError for an option outside its domain, for an optimizer without momentum when it is to be
/// cycled, and in step() beyond the last one.
class OneCycleLR : public LRScheduler {
 public:
  OneCycleLR(const Optimizer& optimizer, const PerGroup& max_lr, OneCycleLROptions options);
};

/// One schedule after the other: the next begins at its milestone, from the first rates.
/// (torch.optim.lr_scheduler.SequentialLR) Throws ValueError unless there is one schedule more than
/// milestones, all of this optimizer.
class SequentialLR : public LRScheduler {
 public:
  SequentialLR(const Optimizer& optimizer, std::vector<LRScheduler> schedulers,
               std::vector<std::int64_t> milestones);
};

/// All schedules at every step, so that they multiply. (torch.optim.lr_scheduler.ChainedScheduler)
/// Throws ValueError when there are none, or of several optimizers.
class ChainedScheduler : public LRScheduler {
 public:
  explicit ChainedScheduler(std::vector<LRScheduler> schedulers);
};

struct ReduceLROnPlateauOptions {
  /// Whether the metric should fall, "min", or rise, "max".
  std::string_view mode = "min";
  double factor = 0.1;
  /// So many epochs without an improvement are endured.
  std::int64_t patience = 10;
  /// What counts as an improvement: this share of the best ("rel") or this much ("abs").
  double threshold = 1e-4;
  std::string_view threshold_mode = "rel";
  /// So many epochs after a reduction count for nothing.
  std::int64_t cooldown = 0;
  PerGroup min_lr = 0;
  /// Smaller reductions are left out.
  double eps = 1e-8;
};

/// Multiplies the rates with factor when a metric, the loss of validation, say, stops improving.
/// (torch.optim.lr_scheduler.ReduceLROnPlateau) A shared handle. Throws ValueError for a factor of 1 or more,
/// for a mode that
/// is not there, and for a min_lr that is not one for each group.
class ReduceLROnPlateau {
 public:
  explicit ReduceLROnPlateau(const Optimizer& optimizer, ReduceLROnPlateauOptions options = {});
  void step(double metric) const;
  void step(const Tensor& metric) const { step(metric.item()); }
  std::int64_t last_epoch() const;

  /// As LRScheduler's.
  std::map<std::string, Tensor> state_dict() const;
  void load_state_dict(const std::map<std::string, Tensor>& state) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace hindsight::optim
