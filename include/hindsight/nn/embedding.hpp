#pragma once
#include <optional>

#include <hindsight/nn/module.hpp>

namespace hindsight::nn {

struct EmbeddingOptions {
  /// The row that stands for nothing: it starts as zeros and gets no gradient.
  std::optional<std::int64_t> padding_idx = {};
  /// Rows that are used and whose norm_type-norm is larger are scaled down to it, in the weight itself. A
  /// compiled step cannot do that: StateError.
  std::optional<double> max_norm = {};
  double norm_type = 2;
  /// Divides the gradient of a row by how often the input names it.
  bool scale_grad_by_freq = false;
  DType dtype = float32;
};

struct FromPretrainedOptions {
  bool freeze = true;
  std::optional<std::int64_t> padding_idx = {};
  std::optional<double> max_norm = {};
  double norm_type = 2;
  bool scale_grad_by_freq = false;
};

/// A row of `embedding_dim` numbers for each of the indices 0 … num_embeddings − 1, which is its input, int64
/// of any shape (torch.nn.Embedding). The weight starts standard normal, from the default generator. Throws
/// ValueError when padding_idx, counted from the end when it is negative, is no row.
class Embedding : public Module {
 public:
  Embedding(std::int64_t num_embeddings, std::int64_t embedding_dim, EmbeddingOptions options = {});
  /// With these rows, frozen unless told otherwise. Throws ShapeError when they are no matrix.
  static Embedding from_pretrained(const Tensor& embeddings, FromPretrainedOptions options = {});
  Parameter weight() const { return parameters()[0]; }
};

}  // namespace hindsight::nn
