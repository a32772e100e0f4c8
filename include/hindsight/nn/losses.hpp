#pragma once
#include <cstdint>
#include <optional>
#include <utility>

#include <hindsight/tensor.hpp>

/// Losses, as functions (torch.nn.functional) and as objects that keep their options (torch.nn). Predictions
/// and targets have one shape unless said otherwise, since a silent broadcast of [N, 1] against [N] is the
/// commonest mistake: ShapeError otherwise. Weights broadcast to that shape and multiply the loss of each
/// element. The mean of no elements is NaN, their sum 0.
namespace hindsight::nn {

/// What becomes of the losses of single elements: kept, averaged, added up, or (kl_div alone) added up and
/// divided by the length of the first axis.
enum class Reduction : std::uint8_t { none, mean, sum, batchmean };

struct LossOptions {
  Reduction reduction = Reduction::mean;
};
struct SmoothL1LossOptions {
  Reduction reduction = Reduction::mean;
  double beta = 1;
};
struct HuberLossOptions {
  Reduction reduction = Reduction::mean;
  double delta = 1;
};
struct BCELossOptions {
  Tensor weight = {};
  Reduction reduction = Reduction::mean;
};
struct BCEWithLogitsLossOptions {
  Tensor weight = {};
  Reduction reduction = Reduction::mean;
  /// How much a target of 1 counts against one of 0; broadcasts to the target: [classes], say.
  Tensor pos_weight = {};
};
struct NLLLossOptions {
  /// One for each class.
  Tensor weight = {};
  /// Targets of this class count nothing. Left out it is −100, as in PyTorch, with one difference: a compiled
  /// step, which is captured without numbers, then takes every target for a class (and −100 for an
  /// IndexError). Say {.ignore_index = -100} where a compiled step shall ignore.
  std::optional<std::int64_t> ignore_index = {};
  Reduction reduction = Reduction::mean;
};
struct CrossEntropyLossOptions {
  /// One for each class.
  Tensor weight = {};
  /// As NLLLossOptions::ignore_index.
  std::optional<std::int64_t> ignore_index = {};
  Reduction reduction = Reduction::mean;
  /// From 0 to 1: this share of each target is spread evenly over all classes.
  double label_smoothing = 0;
};
struct KLDivLossOptions {
  Reduction reduction = Reduction::mean;
  /// Targets are logarithms of probabilities, too.
  bool log_target = false;
};

namespace functional {

/// (prediction − target)²
Tensor mse_loss(const Tensor& prediction, const Tensor& target, const LossOptions& options = {});
/// |prediction − target|, whose derivative at 0 is 0.
Tensor l1_loss(const Tensor& prediction, const Tensor& target, const LossOptions& options = {});
/// d²/(2·beta) where |d| < beta, else |d| − beta/2, for d = prediction − target. Throws ValueError for a
/// negative beta; 0 gives l1_loss.
Tensor smooth_l1_loss(const Tensor& prediction, const Tensor& target,
                      const SmoothL1LossOptions& options = {});
/// d²/2 where |d| ≤ delta, else delta·(|d| − delta/2). Throws ValueError unless delta is positive.
Tensor huber_loss(const Tensor& prediction, const Tensor& target, const HuberLossOptions& options = {});
/// −(t·log p + (1 − t)·log(1 − p)) for probabilities p, the logarithms held at −100.
Tensor binary_cross_entropy(const Tensor& probability, const Tensor& target,
                            const BCELossOptions& options = {});
/// The same from logits z, without the sigmoid's rounding: softplus(z) − t·z.
Tensor binary_cross_entropy_with_logits(const Tensor& logits, const Tensor& target,
                                        const BCEWithLogitsLossOptions& options = {});
/// −log_probability[class] for log-probabilities [batch, classes, …] and int64 classes [batch, …]; or
/// [classes] and one class. With weights the mean is Σ w·loss / Σ w; ignored targets are left out of it.
Tensor nll_loss(const Tensor& log_probability, const Tensor& classes, const NLLLossOptions& options = {});
/// nll_loss of log_softmax(logits) along the classes. The targets are int64 classes, or probabilities of the
/// logits' shape, for which the mean divides by the number of targets and ignore_index must be left out
/// (ValueError).
Tensor cross_entropy(const Tensor& logits, const Tensor& target, const CrossEntropyLossOptions& options = {});
/// t·(log t − log_probability), 0 where t = 0; with log_target e^t·(t − log_probability).
Tensor kl_div(const Tensor& log_probability, const Tensor& target, const KLDivLossOptions& options = {});

}  // namespace functional

/// A loss with its options: called with predictions and targets, it gives a scalar, or one loss an element
/// with Reduction::none.
template <class Options, Tensor (*function)(const Tensor&, const Tensor&, const Options&)>
class Loss {
 public:
  explicit Loss(Options options = {}) : options_(std::move(options)) {}
  Tensor operator()(const Tensor& prediction, const Tensor& target) const {
    return function(prediction, target, options_);
  }

 private:
  Options options_;
};

using MSELoss = Loss<LossOptions, functional::mse_loss>;
using L1Loss = Loss<LossOptions, functional::l1_loss>;
using SmoothL1Loss = Loss<SmoothL1LossOptions, functional::smooth_l1_loss>;
using HuberLoss = Loss<HuberLossOptions, functional::huber_loss>;
using BCELoss = Loss<BCELossOptions, functional::binary_cross_entropy>;
using BCEWithLogitsLoss = Loss<BCEWithLogitsLossOptions, functional::binary_cross_entropy_with_logits>;
using NLLLoss = Loss<NLLLossOptions, functional::nll_loss>;
using CrossEntropyLoss = Loss<CrossEntropyLossOptions, functional::cross_entropy>;
using KLDivLoss = Loss<KLDivLossOptions, functional::kl_div>;

}  // namespace hindsight::nn
