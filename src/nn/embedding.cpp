#include <hindsight/autodiff.hpp>
#include <hindsight/error.hpp>
#include <hindsight/nn/embedding.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/random.hpp>

#include "base/format.hpp"

namespace hindsight::nn {
namespace {

class EmbeddingLayer : public Layer {
 public:
  EmbeddingLayer(const Shape& shape, const EmbeddingOptions& options) : options_(options) {
    std::optional<std::int64_t>& row = options_.padding_idx;
    if (shape[0] < 0 || shape[1] < 0)
      fail<ValueError>("Embedding({}, {}): the numbers of rows and features cannot be negative", shape[0],
                       shape[1]);
    if (row && (*row < -shape[0] || *row >= shape[0]))
      fail<ValueError>("Embedding: padding_idx is {} and must name one of the {} rows", *row, shape[0]);
    if (row && *row < 0) *row += shape[0];
    const DType dtype = options.dtype;
    weight_ = add_parameter(Parameter("weight", {shape, dtype}, [shape, dtype, padding = row] {
      const Tensor drawn(default_generator().normal(shape, dtype));
      return (padding ? drawn.masked_fill((arange(shape[0]) == static_cast<double>(*padding)).unsqueeze(1), 0)
                      : drawn)
          .contiguous()
          .array();
    }));
  }

  // PyTorch scales the rows of the weight down before it reads them, and so outside the graph. A weight that
  // is short enough stays where it is, so that another use of this layer in the same graph is no harm.
  Tensor forward(std::span<const Tensor> inputs) override {
    const Tensor& input = only(inputs);
    if (options_.max_norm) {
      const NoGrad no_grad;
      const Tensor weight = weight_;
      const Tensor scaled = embedding_renorm(weight, input, *options_.max_norm, options_.norm_type);
      if (scaled.array().is_abstract())
        fail<StateError>(
            "{}: max_norm changes the weight within the forward pass, which a compiled step cannot; leave it "
            "out, or do not compile",
            title());
      if (!scaled.array().identical(weight.array())) weight_.assign(scaled);
    }
    return embedding(input, weight_, options_.padding_idx, {}, 2, options_.scale_grad_by_freq);
  }

  std::string describe() const override {
    const Shape& shape = weight_.shape();
    std::string text = formatted("Embedding({}, {}", shape[0], shape[1]);
    if (options_.padding_idx) text += formatted(", padding_idx={}", *options_.padding_idx);
    if (options_.max_norm) text += formatted(", max_norm={}", *options_.max_norm);
    if (options_.norm_type != 2) text += formatted(", norm_type={}", options_.norm_type);
    return text + (options_.scale_grad_by_freq ? ", scale_grad_by_freq=true)" : ")");
  }

 private:
  EmbeddingOptions options_;
  Parameter weight_;
};

}  // namespace

Embedding::Embedding(std::int64_t num_embeddings, std::int64_t embedding_dim, EmbeddingOptions options)
    : Module(std::make_shared<EmbeddingLayer>(Shape{num_embeddings, embedding_dim}, options)) {}

Embedding Embedding::from_pretrained(const Tensor& embeddings, FromPretrainedOptions options) {
  if (embeddings.dim() != 2)
    fail<ShapeError>("Embedding: takes rows of shape [rows, features], and got shape {}",
                     embeddings.shape().str());
  Embedding made(embeddings.size(0), embeddings.size(1),
                 {.padding_idx = options.padding_idx,
                  .max_norm = options.max_norm,
                  .norm_type = options.norm_type,
                  .scale_grad_by_freq = options.scale_grad_by_freq,
                  .dtype = embeddings.dtype()});
  made.weight().assign(embeddings);
  made.requires_grad_(!options.freeze);
  return made;
}

}  // namespace hindsight::nn
