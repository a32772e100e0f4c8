#pragma once
#include <cstdint>
#include <functional>
#include <memory>

#include <hindsight/optim/optimizer.hpp>

namespace hindsight::optim {

/// Changes the learning rate of an optimizer from epoch to epoch: call step() after each (or after each
/// training step, when the schedule counts those). The next rate is made from the present one, so that
/// several schedules of one optimizer multiply, and set_lr() in between is kept. Compiled steps read the new
/// rate. A shared handle. (torch.optim.lr_scheduler)
class LRScheduler {
 public:
  void step() const;
  /// The number of step() calls so far.
  std::int64_t last_epoch() const;
  /// The rate that this schedule set last. (get_last_lr()[0])
  double last_lr() const;

 protected:
  /// From the present rate to that of `epoch`, which is 0 when the schedule is made.
  using Rule = std::function<double(double lr, std::int64_t epoch)>;
  LRScheduler(const Optimizer& optimizer, Rule rule);

 private:
  struct State;
  std::shared_ptr<State> state_;
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

}  // namespace hindsight::optim
