#pragma once
#include <map>

#include "graph/parameter_state.hpp"

namespace hindsight {

/// One new home for each that is asked for: what was shared stays shared.
class ParameterCopies {
 public:
  std::shared_ptr<Parameter::State> of(const std::shared_ptr<Parameter::State>& home);

 private:
  std::map<std::shared_ptr<Parameter::State>, std::shared_ptr<Parameter::State>> made_;
};

}  // namespace hindsight
