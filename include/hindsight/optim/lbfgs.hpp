#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <hindsight/optim/optimizer.hpp>

namespace hindsight::optim {

struct LBFGSOptions {
  double lr = 1;
  /// Iterations, and evaluations of the closure (5/4 of the iterations unless given), in one step() at most.
  std::int64_t max_iter = 20;
  std::optional<std::int64_t> max_eval = {};
  /// It stops where no gradient is larger, and where neither a weight nor the loss changes more.
  double tolerance_grad = 1e-7;
  double tolerance_change = 1e-9;
  /// How many steps the estimate of the curvature is made from.
  std::int64_t history_size = 100;
  /// "strong_wolfe", or empty: every step has the length lr.
  std::string line_search_fn = "";
};

/// Newton's method with an estimate of the inverse Hessian from the last steps, for small problems without
/// noise: step(closure) calls the closure, which must clear the gradients, compute the loss, call backward()
/// and return the loss, many times. (torch.optim.LBFGS; Nocedal, "Updating quasi-Newton matrices with limited
/// storage", 1980; Nocedal and Wright, "Numerical optimization", 2006, algorithms 3.5 to 3.6 and 7.4 to 7.5)
/// It takes one group, computes in float64 whatever the parameters are, and cannot be part of a compiled
/// step. Throws ValueError for an option outside its domain.
class LBFGS : public Optimizer {
 public:
  LBFGS(std::vector<Parameter> parameters, LBFGSOptions options = {});
  /// The loss before the step. Throws StateError inside a compiled step.
  Tensor step(const std::function<Tensor()>& closure) const;
};

}  // namespace hindsight::optim
