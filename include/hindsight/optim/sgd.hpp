#pragma once
#include <hindsight/optim/optimizer.hpp>

namespace hindsight::optim {

struct SGDOptions {
  double lr = 1e-3;
  double momentum = 0;
  double weight_decay = 0;
  bool nesterov = false;
  /// Scales all gradients together down to this norm before the update (clip_grad_norm_); 0: off.
  double clip_norm = 0;
};

/// w ← w − lr·v, where v = g without momentum and v ← momentum·v + g with it (the first v is g); g includes
/// weight_decay·w; with Nesterov the step is g + momentum·v. (torch.optim.SGD)
/// Throws ValueError for a negative option, or Nesterov without momentum.
class SGD : public Optimizer {
 public:
  SGD(std::vector<Parameter> parameters, SGDOptions options = {});
};

}  // namespace hindsight::optim
