#pragma once
#include <vector>

#include <hindsight/parameter.hpp>

#include "graph/parameter_state.hpp"

namespace hindsight {

/// The parameters whose values a plan keeps in its own layout. A value has one home: before a run the plan
/// fetches those that have moved elsewhere; after it the plan is the home of those that it moved, until
/// somebody asks for their value.
class ParameterHomes : public ParameterLender {
 public:
  struct Layout {
    virtual ~Layout() = default;
    virtual void store(const Array& value) = 0;  // into the plan's buffers
    virtual Array load() const = 0;              // from there
  };

  ParameterHomes() = default;
  ~ParameterHomes() override { give_back(); }
  ParameterHomes(const ParameterHomes&) = delete;
  ParameterHomes& operator=(const ParameterHomes&) = delete;

  void add(const Parameter& parameter, std::unique_ptr<Layout> layout, bool is_moved);
  /// Before a run.
  void fetch() {
    for (Home& home : homes_)
      if (!home.is_current()) fetch(home);
  }
  /// After it.
  void moved();

  /// Values that are still here go back to where others look for them.
  void give_back();

  Array lent(const Parameter::State& state) const override;

 private:
  struct Home {
    Parameter parameter;
    std::unique_ptr<Layout> layout;
    bool is_moved;
    std::uint64_t version = 0;
    bool fetched = false;

    bool is_current() const {
      const Parameter::State& state = *parameter.state();
      return fetched && version == state.version && !state.on_loan;
    }
  };
  void fetch(Home& home);

  std::vector<Home> homes_;
};

}  // namespace hindsight
