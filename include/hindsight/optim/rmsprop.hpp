#pragma once
#include <optional>

#include <hindsight/optim/optimizer.hpp>

namespace hindsight::optim {

struct RMSpropOptions {
  double lr = 1e-2;
  /// How much of the running means is kept at a step.
  double alpha = 0.99;
  double eps = 1e-8;
  double weight_decay = 0;
  double momentum = 0;
  /// Divides by an estimate of the standard deviation of g, not of its root mean square.
  bool centered = false;
  /// Climbs instead of descending.
  bool maximize = false;
  /// Scales all gradients of the group together down to this norm before the update (clip_grad_norm_); 0:
  /// off.
  double clip_norm = 0;
};

/// The options of a further group; those that are left out are the optimizer's own.
struct RMSpropGroup {
  std::optional<double> lr = {};
  std::optional<double> alpha = {};
  std::optional<double> eps = {};
  std::optional<double> weight_decay = {};
  std::optional<double> momentum = {};
  std::optional<bool> centered = {};
  std::optional<bool> maximize = {};
  std::optional<double> clip_norm = {};
};

/// w ← w − lr · g / (√s + eps) with the running mean s of g² (g includes weight_decay·w); centered: √(s − ḡ²)
/// with the running mean ḡ of g; with momentum the quotients are added up, b ← momentum·b + g/(√s + eps), and
/// w moves by lr·b. (torch.optim.RMSprop; Tieleman and Hinton, lecture 6.5, 2012; centered: Graves,
/// "Generating sequences with recurrent neural networks", 2013) Throws ValueError for a negative option.
class RMSprop : public Optimizer {
 public:
  RMSprop(std::vector<Parameter> parameters, RMSpropOptions options = {});
  /// Throws as the constructor, and ValueError for a parameter that the optimizer has already.
  void add_param_group(std::vector<Parameter> parameters, RMSpropGroup options = {}) const;
};

}  // namespace hindsight::optim
