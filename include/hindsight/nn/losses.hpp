#pragma once
#include <cstdint>

#include <hindsight/tensor.hpp>

namespace hindsight::nn {

/// What becomes of the losses of single elements: kept, averaged or added up.
enum class Reduction : std::uint8_t { none, mean, sum };

struct LossOptions {
  Reduction reduction = Reduction::mean;
};

/// A loss: called with predictions and targets, it gives a scalar (or one loss an element with
/// Reduction::none).
class Loss {
 public:
  explicit Loss(Reduction reduction) : reduction_(reduction) {}

 protected:
  Tensor reduced(const Tensor& losses) const;

 private:
  Reduction reduction_;
};

/// (prediction − target)² (torch.nn.MSELoss). Both have one shape; ShapeError otherwise.
class MSELoss : public Loss {
 public:
  explicit MSELoss(LossOptions options = {}) : Loss(options.reduction) {}
  Tensor operator()(const Tensor& prediction, const Tensor& target) const;
};

/// |prediction − target|, whose derivative at 0 is 0 (torch.nn.L1Loss). Both have one shape; ShapeError
/// otherwise.
class L1Loss : public Loss {
 public:
  explicit L1Loss(LossOptions options = {}) : Loss(options.reduction) {}
  Tensor operator()(const Tensor& prediction, const Tensor& target) const;
};

/// −(t·log p + (1 − t)·log(1 − p)) for probabilities p (torch.nn.BCELoss). Both have one shape; ShapeError
/// otherwise.
class BCELoss : public Loss {
 public:
  explicit BCELoss(LossOptions options = {}) : Loss(options.reduction) {}
  Tensor operator()(const Tensor& probability, const Tensor& target) const;
};

/// The same from logits z, without the sigmoid's rounding: softplus(z) − t·z (torch.nn.BCEWithLogitsLoss).
class BCEWithLogitsLoss : public Loss {
 public:
  explicit BCEWithLogitsLoss(LossOptions options = {}) : Loss(options.reduction) {}
  Tensor operator()(const Tensor& logits, const Tensor& target) const;
};

/// −log softmax(logits)[class] for logits [batch, classes] and int64 classes [batch]
/// (torch.nn.CrossEntropyLoss).
class CrossEntropyLoss : public Loss {
 public:
  explicit CrossEntropyLoss(LossOptions options = {}) : Loss(options.reduction) {}
  Tensor operator()(const Tensor& logits, const Tensor& classes) const;
};

}  // namespace hindsight::nn
