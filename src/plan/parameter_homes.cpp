#include "plan/parameter_homes.hpp"

namespace hindsight {

void ParameterHomes::add(const Parameter& parameter, std::unique_ptr<Layout> layout, bool is_moved) {
  homes_.push_back({parameter, std::move(layout), is_moved});
}

void ParameterHomes::give_back() {
  for (const Home& home : homes_)
    if (home.parameter.state()->lender == this) home.parameter.value();
  homes_.clear();
}

void ParameterHomes::fetch(Home& home) {
  home.layout->store(home.parameter.value().array());
  const Parameter::State& state = *home.parameter.state();
  home.version = state.version;
  home.fetched = !state.on_loan;
}

void ParameterHomes::moved() {
  for (Home& home : homes_) {
    if (!home.is_moved) continue;
    Parameter::State& state = *home.parameter.state();
    home.version = ++state.version;
    if (state.value.defined()) state.value = Tensor();
    state.lender = this;
  }
}

Array ParameterHomes::lent(const Parameter::State& state) const {
  for (const Home& home : homes_)
    if (home.parameter.state().get() == &state) return home.layout->load();
  return {};
}

}  // namespace hindsight
