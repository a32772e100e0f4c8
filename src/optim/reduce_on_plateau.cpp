#include <algorithm>
#include <limits>

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "optim/schedule.hpp"

namespace hindsight::optim {

struct ReduceLROnPlateau::State {
  Optimizer optimizer;
  ReduceLROnPlateauOptions options;
  std::vector<double> min_lr;  // by group
  bool falls, relative;
  double best;
  std::int64_t epoch = 0, bad_epochs = 0, cooling = 0;

  bool is_better(double metric) const {
    const double margin = options.threshold;
    if (falls) return metric < (relative ? best * (1 - margin) : best - margin);
    return metric > (relative ? best * (1 + margin) : best + margin);
  }

  void step(double metric) {
    ++epoch;
    if (is_better(metric)) {
      best = metric;
      bad_epochs = 0;
    } else {
      ++bad_epochs;
    }
    if (cooling > 0) {
      --cooling;
      bad_epochs = 0;
    }
    if (bad_epochs <= options.patience) return;
    for (std::size_t g = 0; g < min_lr.size(); ++g) {
      double& lr = optimizer.state().groups[g].lr;
      const double reduced = std::max(lr * options.factor, min_lr[g]);
      if (lr - reduced > options.eps) lr = reduced;
    }
    cooling = options.cooldown;
    bad_epochs = 0;
  }

  Entries entries() const {
    return {{"best", best},
            {"cooldown_counter", static_cast<double>(cooling)},
            {"last_epoch", static_cast<double>(epoch)},
            {"num_bad_epochs", static_cast<double>(bad_epochs)}};
  }
};

ReduceLROnPlateau::ReduceLROnPlateau(const Optimizer& optimizer, ReduceLROnPlateauOptions options) {
  require_within("ReduceLROnPlateau: factor", options.factor, "0 or more and below 1",
                 options.factor >= 0 && options.factor < 1);
  if (options.mode != "min" && options.mode != "max")
    fail<ValueError>("ReduceLROnPlateau: mode is \"{}\" and must be \"min\" or \"max\"", options.mode);
  if (options.threshold_mode != "rel" && options.threshold_mode != "abs")
    fail<ValueError>("ReduceLROnPlateau: threshold_mode is \"{}\" and must be \"rel\" or \"abs\"",
                     options.threshold_mode);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const bool falls = options.mode == "min";
  state_ = std::make_shared<State>(
      State{optimizer, options, for_each_group("ReduceLROnPlateau: min_lr", options.min_lr, optimizer), falls,
            options.threshold_mode == "rel", falls ? infinity : -infinity});
}

void ReduceLROnPlateau::step(double metric) const { state_->step(metric); }
std::int64_t ReduceLROnPlateau::last_epoch() const { return state_->epoch; }
std::map<std::string, Tensor> ReduceLROnPlateau::state_dict() const { return as_tensors(state_->entries()); }

void ReduceLROnPlateau::load_state_dict(const std::map<std::string, Tensor>& state) const {
  const Entries found = as_entries(state, state_->entries());
  state_->best = found.at("best");
  state_->cooling = static_cast<std::int64_t>(found.at("cooldown_counter"));
  state_->epoch = static_cast<std::int64_t>(found.at("last_epoch"));
  state_->bad_epochs = static_cast<std::int64_t>(found.at("num_bad_epochs"));
}

}  // namespace hindsight::optim
