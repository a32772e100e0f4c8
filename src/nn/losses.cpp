#include <hindsight/error.hpp>
#include <hindsight/nn/losses.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight::nn {
namespace {

// Silent broadcasting of [N, 1] against [N] gives an N × N loss: the commonest mistake with losses, so shapes
// must agree.
void require_alike(const char* loss, const Tensor& prediction, const Tensor& target) {
  if (prediction.shape() != target.shape())
    fail<ShapeError>("{}: predictions have shape {} and targets {}; they must be alike, so reshape one", loss,
                     prediction.shape().str(), target.shape().str());
}

}  // namespace

Tensor Loss::reduced(const Tensor& losses) const {
  switch (reduction_) {
    case Reduction::none:
      return losses;
    case Reduction::sum:
      return losses.sum();
    default:
      return losses.mean();
  }
}

Tensor MSELoss::operator()(const Tensor& prediction, const Tensor& target) const {
  require_alike("MSELoss", prediction, target);
  return reduced(pow(prediction - target, 2));
}

Tensor L1Loss::operator()(const Tensor& prediction, const Tensor& target) const {
  require_alike("L1Loss", prediction, target);
  return reduced(abs(prediction - target));
}

Tensor BCELoss::operator()(const Tensor& probability, const Tensor& target) const {
  require_alike("BCELoss", probability, target);
  return reduced(binary_cross_entropy(probability, target));
}

Tensor BCEWithLogitsLoss::operator()(const Tensor& logits, const Tensor& target) const {
  require_alike("BCEWithLogitsLoss", logits, target);
  return reduced(softplus(logits) - target * logits);
}

Tensor CrossEntropyLoss::operator()(const Tensor& logits, const Tensor& classes) const {
  if (logits.dim() != 2 || classes.dim() != 1 || logits.shape()[0] != classes.shape()[0])
    fail<ShapeError>(
        "CrossEntropyLoss: takes logits [batch, classes] and class indices [batch], and got {} and {}",
        logits.shape().str(), classes.shape().str());
  const Tensor chosen = one_hot(classes, logits.shape()[1]).to(logits.dtype());
  return reduced(-sum(chosen * log_softmax(logits, 1), Shape{1}));
}

}  // namespace hindsight::nn
