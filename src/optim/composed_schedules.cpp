// Schedules made of schedules.
#include <algorithm>

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "optim/schedule.hpp"

namespace hindsight::optim {
namespace {

struct Composed : LRScheduler::State {
  std::vector<LRScheduler> parts;
  Composed(const Optimizer& of, std::vector<LRScheduler> of_parts, const char* kind)
      : State(of), parts(std::move(of_parts)) {
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (&parts[i].state().optimizer.state() != &of.state())
        fail<ValueError>("{}: schedule {} is of another optimizer", kind, i);
  }
  void rewind() override {
    State::rewind();
    for (const LRScheduler& part : parts) part.state().rewind();
  }
  Entries entries() const override {
    Entries all = State::entries();
    for (std::size_t i = 0; i < parts.size(); ++i)
      for (const auto& [name, value] : parts[i].state().entries())
        all.emplace(std::to_string(i) + "." + name, value);
    return all;
  }
  void restore(const Entries& entries) override {
    State::restore(entries);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::string prefix = std::to_string(i) + ".";
      Entries own;
      for (const auto& [name, value] : entries)
        if (name.compare(0, prefix.size(), prefix) == 0) own.emplace(name.substr(prefix.size()), value);
      parts[i].state().restore(own);
    }
  }
};

struct Sequence : Composed {
  std::vector<std::int64_t> milestones;
  Sequence(const Optimizer& of, std::vector<LRScheduler> of_parts, std::vector<std::int64_t> at)
      : Composed(of, std::move(of_parts), "SequentialLR"), milestones(std::move(at)) {
    if (parts.size() != milestones.size() + 1)
      fail<ValueError>("SequentialLR: {} schedules need {} milestones between them, and got {}", parts.size(),
                       parts.empty() ? 0 : parts.size() - 1, milestones.size());
  }
  void advance() override {
    const auto next = std::upper_bound(milestones.begin(), milestones.end(), epoch);
    const bool begins = next == milestones.begin() ? epoch == 0 : *(next - 1) == epoch;
    LRScheduler::State& part = parts[static_cast<std::size_t>(next - milestones.begin())].state();
    begins ? part.restart() : part.step();
  }
};

struct Chain : Composed {
  explicit Chain(std::vector<LRScheduler> of_parts)
      : Composed(first(of_parts).state().optimizer, of_parts, "ChainedScheduler") {
    epoch = 0;  // its parts are there already
    for (const auto& group : groups()) lrs.push_back(group.lr);
  }
  static const LRScheduler& first(const std::vector<LRScheduler>& parts) {
    if (parts.empty()) throw ValueError("ChainedScheduler: give one schedule or more");
    return parts[0];
  }
  void advance() override {
    for (const LRScheduler& part : parts) part.step();
  }
};

}  // namespace

SequentialLR::SequentialLR(const Optimizer& optimizer, std::vector<LRScheduler> schedulers,
                           std::vector<std::int64_t> milestones)
    : LRScheduler(std::make_shared<Sequence>(optimizer, std::move(schedulers), std::move(milestones))) {
  state().restart();
}

ChainedScheduler::ChainedScheduler(std::vector<LRScheduler> schedulers)
    : LRScheduler(std::make_shared<Chain>(std::move(schedulers))) {}

}  // namespace hindsight::optim
