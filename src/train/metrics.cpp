#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/train/metrics.hpp>

#include "base/format.hpp"

namespace hindsight::train {

double accuracy(const Tensor& logits, const Tensor& targets) {
  const bool one_logit = logits.dim() == 2 && logits.size(1) == 1 && targets.shape() == logits.shape();
  const bool one_each = logits.dim() == 2 && targets.dim() == 1 && targets.size(0) == logits.size(0);
  if ((!one_logit && !one_each) || logits.size(0) == 0)
    fail<ShapeError>(
        "accuracy: takes logits [N, 1] with targets [N, 1], or [N, classes] with [N], and got {} and {}",
        logits.shape().str(), targets.shape().str());
  const Tensor predicted = one_logit ? (logits > 0).to(targets.dtype()) : logits.argmax(1);
  return (predicted == targets).to(float64).mean().item();
}

}  // namespace hindsight::train
