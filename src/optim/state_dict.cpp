// What an optimizer remembers, as named tensors and back.
#include <algorithm>
#include <cmath>
#include <set>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "optim/state.hpp"

namespace hindsight::optim {
namespace {

Tensor number(double value) { return tensor(value, {.dtype = float64}); }

std::string of_group(std::size_t group, const char* name) {
  return formatted("param_groups.{}.{}", group, name);
}
std::string of_parameter(std::size_t i, const std::string& name) { return formatted("state.{}.{}", i, name); }

}  // namespace

StateDict Optimizer::State::state_dict() const {
  StateDict state;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    state.emplace(of_group(g, "lr"), number(groups[g].lr));
    if (!std::isnan(groups[g].momentum)) state.emplace(of_group(g, "momentum"), number(groups[g].momentum));
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    for (std::size_t m = 0; m < remembers.size(); ++m)
      if (has_memory(m, i)) state.emplace(of_parameter(i, remembers[m]), memories_[m][i].value().detach());
    if (counts) state.emplace(of_parameter(i, "step"), steps.value().detach()[static_cast<std::int64_t>(i)]);
  }
  return state;
}

// Everything is looked at before anything is taken over.
void Optimizer::State::load_state_dict(const StateDict& state) {
  std::set<std::string> expected;
  const auto require = [&](const std::string& name, const Shape& shape, bool needed) {
    expected.insert(name);
    const auto found = state.find(name);
    if (found == state.end() && needed) fail<ValueError>("load_state_dict: the state lacks \"{}\"", name);
    if (found != state.end() && found->second.shape() != shape)
      fail<ShapeError>("load_state_dict: \"{}\" has shape {} in the state and {} in the optimizer", name,
                       found->second.shape().str(), shape.str());
  };
  for (std::size_t g = 0; g < groups.size(); ++g) {
    require(of_group(g, "lr"), {}, true);
    if (!std::isnan(groups[g].momentum)) require(of_group(g, "momentum"), {}, true);
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    for (const std::string& name : remembers) require(of_parameter(i, name), parameters[i].shape(), false);
    if (counts) require(of_parameter(i, "step"), {}, true);
  }
  for (const auto& [name, value] : state)
    if (!expected.count(name))
      fail<ValueError>("load_state_dict: the state has \"{}\", which the optimizer does not", name);

  for (std::size_t g = 0; g < groups.size(); ++g) {
    groups[g].lr = state.at(of_group(g, "lr")).item();
    if (std::isnan(groups[g].momentum)) continue;
    const double momentum = state.at(of_group(g, "momentum")).item();
    if (momentum != groups[g].momentum) vary_momentum(g);
    groups[g].momentum = momentum;
  }
  std::vector<double> counted;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    for (std::size_t m = 0; m < remembers.size(); ++m) {
      const DType dtype = parameters[i].dtype();
      const auto found = state.find(of_parameter(i, remembers[m]));
      if (found == state.end() && !has_memory(m, i)) continue;
      memory(m, i).assign(found == state.end()
                              ? full(parameters[i].shape(), first_value(m, i), {.dtype = dtype})  // anew
                              : found->second.to(dtype).detach());
    }
    if (counts) counted.push_back(state.at(of_parameter(i, "step")).item());
  }
  if (counts) steps.assign(tensor(counted));
}

}  // namespace hindsight::optim
