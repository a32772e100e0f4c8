#pragma once
#include <optional>

#include <hindsight/optim/optimizer.hpp>

namespace hindsight::optim {

struct AdagradOptions {
  double lr = 1e-2;
  double lr_decay = 0;
  double weight_decay = 0;
  double initial_accumulator_value = 0;
  double eps = 1e-10;
  /// Climbs instead of descending.
  bool maximize = false;
  /// Scales all gradients of the group together down to this norm before the update (clip_grad_norm_); 0:
  /// off.
  double clip_norm = 0;
};

/// The options of a further group; those that are left out are the optimizer's own.
struct AdagradGroup {
  std::optional<double> lr = {};
  std::optional<double> lr_decay = {};
  std::optional<double> weight_decay = {};
  std::optional<double> initial_accumulator_value = {};
  std::optional<double> eps = {};
  std::optional<bool> maximize = {};
  std::optional<double> clip_norm = {};
};

/// w ← w − lr/(1 + (t − 1)·lr_decay) · g / (√s + eps) with the sum s of all g² so far (g includes
/// weight_decay·w); t counts the steps of each parameter. (torch.optim.Adagrad; Duchi, Hazan and Singer,
/// "Adaptive subgradient methods", 2011) Throws ValueError for a negative option.
class Adagrad : public Optimizer {
 public:
  Adagrad(std::vector<Parameter> parameters, AdagradOptions options = {});
  /// Throws as the constructor, and ValueError for a parameter that the optimizer has already.
  void add_param_group(std::vector<Parameter> parameters, AdagradGroup options = {}) const;
};

}  // namespace hindsight::optim
