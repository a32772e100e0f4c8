#include <hindsight/error.hpp>
#include <hindsight/nn/embedding.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/random.hpp>

#include "base/format.hpp"

namespace hindsight::nn {
namespace {

class EmbeddingLayer : public Layer {
 public:
  EmbeddingLayer(const Shape& shape, const EmbeddingOptions& options) : padding_(options.padding_idx) {
    if (shape[0] < 0 || shape[1] < 0)
      fail<ValueError>("Embedding({}, {}): the numbers of rows and features cannot be negative", shape[0],
                       shape[1]);
    if (padding_ && (*padding_ < -shape[0] || *padding_ >= shape[0]))
      fail<ValueError>("Embedding: padding_idx is {} and must name one of the {} rows", *padding_, shape[0]);
    if (padding_ && *padding_ < 0) *padding_ += shape[0];
    const DType dtype = options.dtype;
    weight_ = add_parameter(Parameter("weight", {shape, dtype}, [shape, dtype, padding = padding_] {
      const Tensor drawn(default_generator().normal(shape, dtype));
      return (padding ? drawn.masked_fill((arange(shape[0]) == static_cast<double>(*padding)).unsqueeze(1), 0)
                      : drawn)
          .contiguous()
          .array();
    }));
  }

  Tensor forward(std::span<const Tensor> inputs) override {
    return embedding(only(inputs), weight_, padding_);
  }

  std::string describe() const override {
    const Shape& shape = weight_.shape();
    const std::string padding = padding_ ? formatted(", padding_idx={}", *padding_) : "";
    return formatted("Embedding({}, {}{})", shape[0], shape[1], padding);
  }

 private:
  std::optional<std::int64_t> padding_;
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
                 {.padding_idx = options.padding_idx, .dtype = embeddings.dtype()});
  made.weight().assign(embeddings);
  made.requires_grad_(!options.freeze);
  return made;
}

}  // namespace hindsight::nn
