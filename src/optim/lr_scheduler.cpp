#include <cmath>
#include <numbers>

#include <hindsight/error.hpp>
#include <hindsight/optim/lr_scheduler.hpp>

#include "base/format.hpp"

namespace hindsight::optim {
namespace {

using Rule = std::function<double(double lr, std::int64_t epoch)>;

void require_at_least_one(const char* option, std::int64_t value) {
  if (value < 1) fail<ValueError>("{} is {} and must be at least 1", option, value);
}

void require_within(const char* option, double value, const char* domain, bool within) {
  if (!within) fail<ValueError>("{} is {} and must be {}", option, value, domain);
}

Rule step_rule(std::int64_t step_size, double gamma) {
  require_at_least_one("StepLR: step_size", step_size);
  require_within("StepLR: gamma", gamma, "0 or more", gamma >= 0);
  return [=](double lr, std::int64_t epoch) { return epoch > 0 && epoch % step_size == 0 ? lr * gamma : lr; };
}

Rule exponential_rule(double gamma) {
  require_within("ExponentialLR: gamma", gamma, "0 or more", gamma >= 0);
  return [=](double lr, std::int64_t epoch) { return epoch > 0 ? lr * gamma : lr; };
}

// With c(t) = 1 + cos(πt/T) the rate is ηₜ = η_min + (η₀ − η_min)·c(t)/2, so that
// ηₜ − η_min = (ηₜ₋₁ − η_min)·c(t)/c(t−1). Where c(t−1) is 0 the way up begins anew from η₀.
Rule cosine_rule(double first, std::int64_t t_max, double eta_min) {
  require_at_least_one("CosineAnnealingLR: t_max", t_max);
  require_within("CosineAnnealingLR: eta_min", eta_min, "0 or more", eta_min >= 0);
  const auto c = [=](std::int64_t t) {
    return 1 + std::cos(std::numbers::pi * static_cast<double>(t) / static_cast<double>(t_max));
  };
  return [=](double lr, std::int64_t epoch) {
    if (epoch == 0) return lr;
    if ((epoch - 1 - t_max) % (2 * t_max) == 0) return eta_min + (first - eta_min) * c(epoch) / 2;
    return eta_min + (lr - eta_min) * c(epoch) / c(epoch - 1);
  };
}

// The rate of epoch t is that of epoch 0 times a factor f(t), so each is the one before times f(t)/f(t−1).
Rule linear_rule(const LinearLROptions& options) {
  const auto [start, end, total] = options;
  require_within("LinearLR: start_factor", start, "above 0 and at most 1", start > 0 && start <= 1);
  require_within("LinearLR: end_factor", end, "from 0 to 1", end >= 0 && end <= 1);
  require_at_least_one("LinearLR: total_iters", total);
  return [options](double lr, std::int64_t epoch) {
    const auto factor = [&](std::int64_t t) {
      const double share = static_cast<double>(t) / static_cast<double>(options.total_iters);
      return options.start_factor + (options.end_factor - options.start_factor) * share;
    };
    if (epoch == 0) return lr * factor(0);
    return epoch > options.total_iters ? lr : lr * factor(epoch) / factor(epoch - 1);
  };
}

}  // namespace

struct LRScheduler::State {
  Optimizer optimizer;
  Rule rule;
  std::int64_t epoch;
  double lr;
};

LRScheduler::LRScheduler(const Optimizer& optimizer, Rule rule)
    : state_(std::make_shared<State>(State{optimizer, std::move(rule), -1, 0})) {
  step();
}

void LRScheduler::step() const {
  State& state = *state_;
  ++state.epoch;
  state.lr = state.rule(state.optimizer.lr(), state.epoch);
  state.optimizer.set_lr(state.lr);
}

std::int64_t LRScheduler::last_epoch() const { return state_->epoch; }
double LRScheduler::last_lr() const { return state_->lr; }

StepLR::StepLR(const Optimizer& optimizer, std::int64_t step_size, StepLROptions options)
    : LRScheduler(optimizer, step_rule(step_size, options.gamma)) {}

ExponentialLR::ExponentialLR(const Optimizer& optimizer, double gamma)
    : LRScheduler(optimizer, exponential_rule(gamma)) {}

CosineAnnealingLR::CosineAnnealingLR(const Optimizer& optimizer, std::int64_t t_max,
                                     CosineAnnealingLROptions options)
    : LRScheduler(optimizer, cosine_rule(optimizer.lr(), t_max, options.eta_min)) {}

LinearLR::LinearLR(const Optimizer& optimizer, LinearLROptions options)
    : LRScheduler(optimizer, linear_rule(options)) {}

}  // namespace hindsight::optim
