#include <algorithm>
#include <cmath>
#include <numbers>

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "optim/schedule.hpp"

namespace hindsight::optim {

void require_at_least_one(const char* option, std::int64_t value) {
  if (value < 1) fail<ValueError>("{} is {} and must be at least 1", option, value);
}

void require_within(const char* option, double value, const char* domain, bool within) {
  if (!within) fail<ValueError>("{} is {} and must be {}", option, value, domain);
}

std::vector<double> for_each_group(const char* option, const PerGroup& numbers, const Optimizer& optimizer) {
  const std::vector<double>& given = numbers.numbers();
  if (given.size() == 1) return std::vector<double>(optimizer.groups(), given[0]);
  if (given.size() != optimizer.groups())
    fail<ValueError>("{}: got {} numbers for {} groups; give one, or one for each group", option,
                     given.size(), optimizer.groups());
  return given;
}

LRScheduler::State::State(const Optimizer& of) : optimizer(of) {
  for (auto& group : groups())
    if (!group.initial_lr) group.initial_lr = group.lr;
}

void LRScheduler::State::step() {
  ++epoch;
  advance();
  lrs.clear();
  for (const auto& group : groups()) lrs.push_back(group.lr);
}

void LRScheduler::State::restart() {
  for (auto& group : groups()) group.lr = *group.initial_lr;
  rewind();
  step();
}

Entries LRScheduler::State::entries() const {
  Entries all{{"last_epoch", static_cast<double>(epoch)}};
  for (std::size_t g = 0; g < lrs.size(); ++g) {
    all.emplace("last_lr." + std::to_string(g), lrs[g]);
    all.emplace("base_lrs." + std::to_string(g), groups()[g].initial_lr.value_or(groups()[g].lr));
  }
  return all;
}

void LRScheduler::State::restore(const Entries& entries) {
  epoch = static_cast<std::int64_t>(entries.at("last_epoch"));
  for (std::size_t g = 0; g < lrs.size(); ++g) {
    lrs[g] = entries.at("last_lr." + std::to_string(g));
    groups()[g].initial_lr = entries.at("base_lrs." + std::to_string(g));
  }
}

std::map<std::string, Tensor> as_tensors(const Entries& entries) {
  std::map<std::string, Tensor> state;
  for (const auto& [name, value] : entries) state.emplace(name, tensor(value, {.dtype = float64}));
  return state;
}

Entries as_entries(const std::map<std::string, Tensor>& state, const Entries& entries) {
  Entries found;
  for (const auto& [name, value] : state) {
    if (!entries.count(name))
      fail<ValueError>("load_state_dict: the state has \"{}\", which the schedule does not", name);
    found.emplace(name, value.item());
  }
  for (const auto& entry : entries)
    if (!found.count(entry.first)) fail<ValueError>("load_state_dict: the state lacks \"{}\"", entry.first);
  return found;
}

void LRScheduler::step() const { state_->step(); }
std::int64_t LRScheduler::last_epoch() const { return state_->epoch; }
double LRScheduler::last_lr(std::size_t group) const {
  state_->optimizer.state().require_group(group);
  return state_->lrs.at(group);
}
std::map<std::string, Tensor> LRScheduler::state_dict() const { return as_tensors(state_->entries()); }
void LRScheduler::load_state_dict(const std::map<std::string, Tensor>& state) const {
  state_->restore(as_entries(state, state_->entries()));
}

namespace {

using Group = Optimizer::State::Group;

struct Ruled : LRScheduler::State {
  Rule rule;
  Ruled(const Optimizer& of, Rule by) : State(of), rule(std::move(by)) {}
  void advance() override {
    for (Group& group : groups()) group.lr = rule(group, epoch);
  }
};

Rule step_rule(std::int64_t step_size, double gamma) {
  require_at_least_one("StepLR: step_size", step_size);
  require_within("StepLR: gamma", gamma, "0 or more", gamma >= 0);
  return [=](const Group& group, std::int64_t epoch) {
    return epoch > 0 && epoch % step_size == 0 ? group.lr * gamma : group.lr;
  };
}

Rule multi_step_rule(std::vector<std::int64_t> milestones, double gamma) {
  require_within("MultiStepLR: gamma", gamma, "0 or more", gamma >= 0);
  return [milestones = std::move(milestones), gamma](const Group& group, std::int64_t epoch) {
    double lr = group.lr;
    for (const std::int64_t milestone : milestones) lr *= milestone == epoch ? gamma : 1;
    return lr;
  };
}

Rule exponential_rule(double gamma) {
  require_within("ExponentialLR: gamma", gamma, "0 or more", gamma >= 0);
  return [=](const Group& group, std::int64_t epoch) { return epoch > 0 ? group.lr * gamma : group.lr; };
}

// With c(t) = 1 + cos(πt/T) the rate is ηₜ = η_min + (η₀ − η_min)·c(t)/2, so that
// ηₜ − η_min = (ηₜ₋₁ − η_min)·c(t)/c(t−1). Where c(t−1) is 0 the way up begins anew.
Rule cosine_rule(std::int64_t t_max, double eta_min) {
  require_at_least_one("CosineAnnealingLR: t_max", t_max);
  require_within("CosineAnnealingLR: eta_min", eta_min, "0 or more", eta_min >= 0);
  return [=](const Group& group, std::int64_t epoch) {
    const auto c = [=](std::int64_t t) {
      return 1 + std::cos(std::numbers::pi * static_cast<double>(t) / static_cast<double>(t_max));
    };
    if (epoch == 0) return group.lr;
    if ((epoch - 1 - t_max) % (2 * t_max) == 0)
      return group.lr + (*group.initial_lr - eta_min) * c(epoch) / 2;
    return eta_min + (group.lr - eta_min) * c(epoch) / c(epoch - 1);
  };
}

// The rate of epoch t is that of epoch 0 times a factor f(t), so each is the one before times f(t)/f(t−1).
Rule linear_rule(const LinearLROptions& options) {
  const auto [start, end, total] = options;
  require_within("LinearLR: start_factor", start, "above 0 and at most 1", start > 0 && start <= 1);
  require_within("LinearLR: end_factor", end, "from 0 to 1", end >= 0 && end <= 1);
  require_at_least_one("LinearLR: total_iters", total);
  return [options](const Group& group, std::int64_t epoch) {
    const auto factor = [&](std::int64_t t) {
      const double share = static_cast<double>(t) / static_cast<double>(options.total_iters);
      return options.start_factor + (options.end_factor - options.start_factor) * share;
    };
    if (epoch == 0) return group.lr * factor(0);
    return epoch > options.total_iters ? group.lr : group.lr * factor(epoch) / factor(epoch - 1);
  };
}

Rule constant_rule(const ConstantLROptions& options) {
  const auto [factor, total] = options;
  require_within("ConstantLR: factor", factor, "above 0 and at most 1", factor > 0 && factor <= 1);
  require_at_least_one("ConstantLR: total_iters", total);
  return [options](const Group& group, std::int64_t epoch) {
    if (epoch == 0) return group.lr * options.factor;
    return epoch == options.total_iters ? group.lr / options.factor : group.lr;
  };
}

struct Lambdas : LRScheduler::State {
  std::vector<LambdaLR::Factor> factors;
  Lambdas(const Optimizer& of, std::vector<LambdaLR::Factor> each) : State(of), factors(std::move(each)) {
    if (factors.size() != groups().size())
      fail<ValueError>("LambdaLR: got {} factors for {} groups; give one for each group", factors.size(),
                       groups().size());
  }
  void advance() override {
    for (std::size_t g = 0; g < factors.size(); ++g)
      groups()[g].lr = *groups()[g].initial_lr * factors[g](epoch);
  }
};

}  // namespace

std::shared_ptr<LRScheduler::State> ruled(const Optimizer& optimizer, Rule rule) {
  auto state = std::make_shared<Ruled>(optimizer, std::move(rule));
  state->step();
  return state;
}

StepLR::StepLR(const Optimizer& optimizer, std::int64_t step_size, StepLROptions options)
    : LRScheduler(ruled(optimizer, step_rule(step_size, options.gamma))) {}

MultiStepLR::MultiStepLR(const Optimizer& optimizer, std::vector<std::int64_t> milestones,
                         StepLROptions options)
    : LRScheduler(ruled(optimizer, multi_step_rule(std::move(milestones), options.gamma))) {}

ExponentialLR::ExponentialLR(const Optimizer& optimizer, double gamma)
    : LRScheduler(ruled(optimizer, exponential_rule(gamma))) {}

CosineAnnealingLR::CosineAnnealingLR(const Optimizer& optimizer, std::int64_t t_max,
                                     CosineAnnealingLROptions options)
    : LRScheduler(ruled(optimizer, cosine_rule(t_max, options.eta_min))) {}

LinearLR::LinearLR(const Optimizer& optimizer, LinearLROptions options)
    : LRScheduler(ruled(optimizer, linear_rule(options))) {}

ConstantLR::ConstantLR(const Optimizer& optimizer, ConstantLROptions options)
    : LRScheduler(ruled(optimizer, constant_rule(options))) {}

LambdaLR::LambdaLR(const Optimizer& optimizer, std::vector<Factor> factors)
    : LRScheduler(std::make_shared<Lambdas>(optimizer, std::move(factors))) {
  state().step();
}

}  // namespace hindsight::optim
