#pragma once
#include <optional>
#include <utility>

#include <hindsight/optim/optimizer.hpp>

namespace hindsight::optim {

struct AdamOptions {
  double lr = 1e-3;
  /// How much of the running means of g and of g² is kept at a step.
  std::pair<double, double> betas = {0.9, 0.999};
  /// Added to the root, so that a gradient of 0 divides nothing.
  double eps = 1e-8;
  double weight_decay = 0;
  /// Divides by the largest v so far. (Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018)
  bool amsgrad = false;
  /// Climbs instead of descending.
  bool maximize = false;
  /// Scales all gradients of the group together down to this norm before the update (clip_grad_norm_); 0:
  /// off.
  double clip_norm = 0;
};

/// The options of a further group; those that are left out are the optimizer's own.
struct AdamGroup {
  std::optional<double> lr = {};
  std::optional<std::pair<double, double>> betas = {};
  std::optional<double> eps = {};
  std::optional<double> weight_decay = {};
  std::optional<bool> amsgrad = {};
  std::optional<bool> maximize = {};
  std::optional<double> clip_norm = {};
};

/// w ← w − lr · m̂ / (√v̂ + eps), where m and v are running means of g and g² (g includes weight_decay·w), and
/// m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ) undo their start at 0; t counts the steps of each parameter.
/// (torch.optim.Adam; Kingma and Ba, "Adam", 2015) Throws ValueError for an option outside its domain.
class Adam : public Optimizer {
 public:
  Adam(std::vector<Parameter> parameters, AdamOptions options = {});
  /// Throws as the constructor, and ValueError for a parameter that the optimizer has already.
  void add_param_group(std::vector<Parameter> parameters, AdamGroup options = {}) const;
};

struct AdamWOptions {
  double lr = 1e-3;
  std::pair<double, double> betas = {0.9, 0.999};
  double eps = 1e-8;
  double weight_decay = 1e-2;
  bool amsgrad = false;
  bool maximize = false;
  /// As AdamOptions::clip_norm.
  double clip_norm = 0;
};

/// Adam whose weight decay does not pass through the means: w ← w·(1 − lr·weight_decay) before the update.
/// (torch.optim.AdamW; Loshchilov and Hutter, "Decoupled weight decay regularization", 2019) Throws as Adam.
class AdamW : public Optimizer {
 public:
  AdamW(std::vector<Parameter> parameters, AdamWOptions options = {});
  /// Throws as Adam's.
  void add_param_group(std::vector<Parameter> parameters, AdamGroup options = {}) const;
};

}  // namespace hindsight::optim
