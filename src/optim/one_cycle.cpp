#include <cmath>
#include <numbers>

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "optim/schedule.hpp"

namespace hindsight::optim {
namespace {

double cosine(double from, double to, double share) {
  return to + (from - to) / 2 * (std::cos(std::numbers::pi * share) + 1);
}
double line(double from, double to, double share) { return from + (to - from) * share; }

struct OneCycle : LRScheduler::State {
  OneCycleLROptions options;
  std::vector<double> max_lr, base_momentum, max_momentum;
  double (*anneal)(double, double, double);

  OneCycle(const Optimizer& of, const PerGroup& max_rates, const OneCycleLROptions& with)
      : State(of),
        options(with),
        max_lr(for_each_group("OneCycleLR: max_lr", max_rates, of)),
        base_momentum(for_each_group("OneCycleLR: base_momentum", with.base_momentum, of)),
        max_momentum(for_each_group("OneCycleLR: max_momentum", with.max_momentum, of)) {
    if (options.total_steps == 0) options.total_steps = options.epochs * options.steps_per_epoch;
    if (options.total_steps < 1)
      throw ValueError("OneCycleLR: give total_steps, or epochs and steps_per_epoch, of at least 1");
    require_within("OneCycleLR: pct_start", with.pct_start, "from 0 to 1",
                   with.pct_start >= 0 && with.pct_start <= 1);
    if (with.pct_start * static_cast<double>(options.total_steps) == 1)
      fail<ValueError>(
          "OneCycleLR: pct_start {} of {} steps has no step in which to go up; take another share",
          with.pct_start, options.total_steps);
    if (with.anneal_strategy != "cos" && with.anneal_strategy != "linear")
      fail<ValueError>("OneCycleLR: anneal_strategy is \"{}\" and must be \"cos\" or \"linear\"",
                       with.anneal_strategy);
    anneal = with.anneal_strategy == "cos" ? cosine : line;
    if (options.cycle_momentum)
      for (std::size_t g = 0; g < groups().size(); ++g) of.state().vary_momentum(g);
    for (std::size_t g = 0; g < groups().size(); ++g) groups()[g].initial_lr = max_lr[g] / options.div_factor;
  }

  /// Three levels of the rate, 0 the first, 1 the highest and 2 the last, and how far the way from one to the
  /// next has come.
  struct Place {
    int from, to;
    double share;
  };
  Place place() const {
    const double total = static_cast<double>(options.total_steps), now = static_cast<double>(epoch),
                 top = options.pct_start * total - 1, end = total - 1;
    const double back = 2 * options.pct_start * total - 2;
    if (now <= top) return {0, 1, now / top};
    if (!options.three_phase) return {1, 2, (now - top) / (end - top)};
    if (now <= back) return {1, 0, (now - top) / (back - top)};
    return {0, 2, (now - back) / (end - back)};
  }

  void advance() override {
    if (epoch > options.total_steps)
      fail<ValueError>("OneCycleLR: this is step {}, and the cycle has {}", epoch + 1, options.total_steps);
    const Place at = place();
    for (std::size_t g = 0; g < groups().size(); ++g) {
      const double first = *groups()[g].initial_lr;
      const double levels[] = {first, max_lr[g], first / options.final_div_factor};
      groups()[g].lr = anneal(levels[at.from], levels[at.to], at.share);
      if (!options.cycle_momentum) continue;
      const auto momentum = [&](int level) { return level == 1 ? base_momentum[g] : max_momentum[g]; };
      groups()[g].momentum = anneal(momentum(at.from), momentum(at.to), at.share);
    }
  }
};

std::shared_ptr<LRScheduler::State> begun(const Optimizer& optimizer, const PerGroup& max_lr,
                                          const OneCycleLROptions& options) {
  auto state = std::make_shared<OneCycle>(optimizer, max_lr, options);
  state->step();
  return state;
}

}  // namespace

OneCycleLR::OneCycleLR(const Optimizer& optimizer, const PerGroup& max_lr, OneCycleLROptions options)
    : LRScheduler(begun(optimizer, max_lr, options)) {}

}  // namespace hindsight::optim
