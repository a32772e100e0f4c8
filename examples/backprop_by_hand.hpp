#pragma once
#include <vector>

#include <hindsight/hindsight.hpp>

/// The lesson's derivation, as code: no graph, no backward(), only matrices. Weights are stored in × out, as
/// in the lesson's formulas a = xW + b (nn::Linear stores them out × in).
namespace by_hand {

using hindsight::Tensor;

/// 2 → H ReLU → 1 sigmoid with binary cross-entropy.
struct TwoLayers {
  Tensor W1, b1, W2, b2;

  struct Gradients {
    Tensor dW1, db1, dW2, db2;
  };
  struct Step {
    double loss;
    Tensor y_hat;
    Gradients gradients;
  };

  Tensor predict(const Tensor& X) const;
  /// Loss, predictions and gradients at the present weights.
  Step backprop(const Tensor& X, const Tensor& y) const;
  /// Gradient descent: each weight moves against its gradient.
  void update(const Gradients& gradients, double lr);
};

/// The same pattern for any number of layers: δ of the output, then for each layer down
/// dW = aᵀδ/N, db = mean δ, and δ ← δWᵀ ⊙ relu′(z). A single output is a sigmoid, several are a softmax; for
/// both the output error is δ = ŷ − y.
struct AnyDepth {
  std::vector<Tensor> W, b;

  struct Gradients {
    std::vector<Tensor> dW, db;
  };
  struct Step {
    double loss;
    Tensor y_hat;
    Gradients gradients;
  };

  Tensor predict(const Tensor& X) const;
  /// `y` is [N, 1] of 0 and 1, or one-hot [N, classes].
  Step backprop(const Tensor& X, const Tensor& y) const;
  void update(const Gradients& gradients, double lr);
};

/// The lesson's start: weights 0.5 · randn in the order of the layers, biases 0. `widths` is {2, 16, 1} for
/// the lesson.
AnyDepth random_start(const std::vector<std::int64_t>& widths, hindsight::Generator& generator);

/// The share of samples whose class is predicted.
double accuracy(const Tensor& y_hat, const Tensor& y);

}  // namespace by_hand
