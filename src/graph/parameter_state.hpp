#pragma once
#include "graph/node.hpp"

namespace hindsight {

/// Who keeps values of parameters in a layout of its own, and gives them when somebody asks.
class ParameterLender {
 public:
  virtual ~ParameterLender() = default;
  virtual Array lent(const Parameter::State& state) const = 0;
};

struct Parameter::State {
  std::string name;
  TensorType type;
  bool requires_grad = true;
  /// The leaf of the present value; undefined until the first value is drawn, and while a lender has a newer
  /// one.
  Tensor value;
  /// Not owned: whoever lends takes itself out of here before it goes.
  const ParameterLender* lender = nullptr;
  /// Another value stands here for a while, and the version does not tell (ParameterLoan).
  bool on_loan = false;
  std::function<Array()> initial;
  std::uint64_t version = 0;
  Tensor grad;
  /// Those of every value that is still to come.
  std::shared_ptr<Hooks> hooks;
  /// A compiled step updated the value without ever storing its gradient.
  bool grad_was_fused_away = false;
};

}  // namespace hindsight
