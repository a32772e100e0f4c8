// Losses of numbers against numbers; those of classes are in cross_entropy.cpp.
#include <hindsight/error.hpp>
#include <hindsight/nn/losses.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "nn/reduction.hpp"

namespace hindsight::nn {
namespace {

void require_alike(const char* loss, const Tensor& prediction, const Tensor& target) {
  if (prediction.shape() != target.shape())
    fail<ShapeError>("{}: predictions have shape {} and targets {}; they must be alike, so reshape one", loss,
                     prediction.shape().str(), target.shape().str());
}

/// `weight` for each element of `losses`.
Tensor spread(const char* loss, const char* option, const Tensor& weight, const Tensor& losses) {
  const std::string shape = weight.shape().str();
  try {
    return weight.broadcast_to(losses.shape());
  } catch (const ShapeError&) {
    fail<ShapeError>("{}: {} has shape {}, which does not broadcast to that of the targets, {}", loss, option,
                     shape, losses.shape().str());
  }
}

Tensor weighted(const char* loss, const Tensor& losses, const Tensor& weight) {
  return weight.defined() ? losses * spread(loss, "weight", weight, losses) : losses;
}

/// d²/2 up to |d| = limit and a straight line beyond. With c = clamp(d, ±limit) both are c·(d − c/2), whose
/// derivative is c: no case is computed in vain, where it might be infinite.
Tensor bent(const Tensor& d, double limit) {
  const Tensor c = clamp(d, -limit, limit);
  return c * (d - 0.5 * c);
}

}  // namespace

Tensor reduced(const Tensor& losses, Reduction reduction, const char* loss) {
  switch (reduction) {
    case Reduction::none:
      return losses;
    case Reduction::mean:
      return losses.mean();
    case Reduction::sum:
      return losses.sum();
    default:
      fail<ValueError>("{}: the reduction batchmean is for kl_div alone; use none, mean or sum", loss);
  }
}

namespace functional {

Tensor mse_loss(const Tensor& prediction, const Tensor& target, const LossOptions& options) {
  require_alike("mse_loss", prediction, target);
  return reduced(pow(prediction - target, 2), options.reduction, "mse_loss");
}

Tensor l1_loss(const Tensor& prediction, const Tensor& target, const LossOptions& options) {
  require_alike("l1_loss", prediction, target);
  return reduced(abs(prediction - target), options.reduction, "l1_loss");
}

// Girshick, "Fast R-CNN", 2015
Tensor smooth_l1_loss(const Tensor& prediction, const Tensor& target, const SmoothL1LossOptions& options) {
  const auto [reduction, beta] = options;
  require_alike("smooth_l1_loss", prediction, target);
  if (!(beta >= 0)) fail<ValueError>("smooth_l1_loss: beta is {} and must be 0 or more", beta);
  const Tensor d = prediction - target;
  return reduced(beta == 0 ? abs(d) : bent(d, beta) / beta, reduction, "smooth_l1_loss");
}

// Huber, "Robust Estimation of a Location Parameter", 1964
Tensor huber_loss(const Tensor& prediction, const Tensor& target, const HuberLossOptions& options) {
  const auto [reduction, delta] = options;
  require_alike("huber_loss", prediction, target);
  if (!(delta > 0)) fail<ValueError>("huber_loss: delta is {} and must be above 0", delta);
  return reduced(bent(prediction - target, delta), reduction, "huber_loss");
}

Tensor binary_cross_entropy(const Tensor& probability, const Tensor& target, const BCELossOptions& options) {
  constexpr const char* name = "binary_cross_entropy";
  require_alike(name, probability, target);
  return reduced(weighted(name, hindsight::binary_cross_entropy(probability, target), options.weight),
                 options.reduction, name);
}

// −(p·t·log σ(z) + (1 − t)·log(1 − σ(z))) with −log σ(z) = softplus(−z) and −log(1 − σ(z)) = softplus(−z) +
// z; without the weight p of the positive ones that is softplus(z) − t·z.
Tensor binary_cross_entropy_with_logits(const Tensor& logits, const Tensor& target,
                                        const BCEWithLogitsLossOptions& options) {
  constexpr const char* name = "binary_cross_entropy_with_logits";
  require_alike(name, logits, target);
  Tensor losses;
  if (options.pos_weight.defined()) {
    const Tensor positive = spread(name, "pos_weight", options.pos_weight, logits);
    losses = (1 - target) * logits + (1 + (positive - 1) * target) * softplus(-logits);
  } else {
    losses = softplus(logits) - target * logits;
  }
  return reduced(weighted(name, losses, options.weight), options.reduction, name);
}

// Kullback and Leibler, "On Information and Sufficiency", 1951. t·log t goes to 0 with t, and no slope of the
// logarithm at 0 may enter.
Tensor kl_div(const Tensor& log_probability, const Tensor& target, const KLDivLossOptions& options) {
  require_alike("kl_div", log_probability, target);
  const auto each = [&] {
    if (options.log_target) return exp(target) * (target - log_probability);
    return target * log(where(target == 0, ones({}, {.dtype = target.dtype()}), target)) -
           target * log_probability;
  };
  if (options.reduction != Reduction::batchmean) return reduced(each(), options.reduction, "kl_div");
  if (target.dim() == 0)
    throw ShapeError("kl_div: batchmean divides by the length of the first axis, and a scalar has none");
  return each().sum() / static_cast<double>(target.shape()[0]);
}

}  // namespace functional
}  // namespace hindsight::nn
