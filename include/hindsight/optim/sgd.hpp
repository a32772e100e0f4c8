#pragma once
#include <optional>

#include <hindsight/optim/optimizer.hpp>

namespace hindsight::optim {

struct SGDOptions {
  double lr = 1e-3;
  double momentum = 0;
  double dampening = 0;
  double weight_decay = 0;
  bool nesterov = false;
  /// Climbs instead of descending.
  bool maximize = false;
  /// Scales all gradients of the group together down to this norm before the update (clip_grad_norm_); 0:
  /// off.
  double clip_norm = 0;
};

/// The options of a further group; those that are left out are the optimizer's own.
struct SGDGroup {
  std::optional<double> lr = {};
  std::optional<double> momentum = {};
  std::optional<double> dampening = {};
  std::optional<double> weight_decay = {};
  std::optional<bool> nesterov = {};
  std::optional<bool> maximize = {};
  std::optional<double> clip_norm = {};
};

/// w ← w − lr·v, where v = g without momentum and v ← momentum·v + (1 − dampening)·g with it (the first v is
/// g); g includes weight_decay·w; with Nesterov the step is g + momentum·v. (torch.optim.SGD) Throws
/// ValueError for a negative option, or Nesterov without momentum or with dampening.
class SGD : public Optimizer {
 public:
  SGD(std::vector<Parameter> parameters, SGDOptions options = {});
  /// Throws as the constructor, and ValueError for a parameter that the optimizer has already.
  void add_param_group(std::vector<Parameter> parameters, SGDGroup options = {}) const;
};

}  // namespace hindsight::optim
