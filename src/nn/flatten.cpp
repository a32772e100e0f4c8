#include <algorithm>

#include <hindsight/error.hpp>
#include <hindsight/nn/flatten.hpp>

#include "base/format.hpp"

namespace hindsight::nn {
namespace {

class FlattenLayer : public Layer {
 public:
  explicit FlattenLayer(const FlattenOptions& options) : options_(options) {}

  Tensor forward(std::span<const Tensor> inputs) override {
    const Tensor& x = only(inputs);
    if (x.dim() == 0) return x.reshape({1});
    const std::size_t first = x.shape().axis(options_.start_dim), last = x.shape().axis(options_.end_dim);
    if (first > last)
      fail<ValueError>("{}: start_dim {} lies behind end_dim {} in an input of shape {}", title(),
                       options_.start_dim, options_.end_dim, x.shape().str());
    Shape shape;
    for (std::size_t i = 0; i < x.shape().size(); ++i)
      if (i > first && i <= last)
        shape.back() *= x.shape()[i];
      else
        shape.push_back(x.shape()[i]);
    return x.reshape(shape);
  }
  std::string describe() const override {
    return formatted("Flatten(start_dim={}, end_dim={})", options_.start_dim, options_.end_dim);
  }

 private:
  FlattenOptions options_;
};

class UnflattenLayer : public Layer {
 public:
  UnflattenLayer(std::int64_t dim, Shape size) : dim_(dim), size_(std::move(size)) {
    if (size_.empty()) throw ValueError("Unflatten: unflattened_size is empty and needs at least one length");
  }

  Tensor forward(std::span<const Tensor> inputs) override {
    const Tensor& x = only(inputs);
    const std::size_t at = x.shape().axis(dim_);
    const Shape size = filled(x.shape()[at]);
    if (size.elements() != x.shape()[at])
      fail<ShapeError>("{} makes {} of axis {}, which has {} entries in an input of shape {}", title(),
                       size_.str(), dim_, x.shape()[at], x.shape().str());
    Shape shape;
    for (std::size_t i = 0; i < x.shape().size(); ++i)
      if (i == at)
        for (const std::int64_t length : size) shape.push_back(length);
      else
        shape.push_back(x.shape()[i]);
    return x.reshape(shape);
  }
  std::string describe() const override {
    return formatted("Unflatten(dim={}, unflattened_size=({}))", dim_, joined(size_, ", "));
  }

 private:
  // The lengths with what is left for the one that is −1.
  Shape filled(std::int64_t entries) const {
    Shape size = size_;
    const auto open = std::find(size.begin(), size.end(), -1);
    if (open == size.end()) return size;
    *open = 1;
    const std::int64_t others = size.elements();
    *open = others > 0 ? entries / others : -1;
    return size;
  }

  std::int64_t dim_;
  Shape size_;
};

}  // namespace

Flatten::Flatten(FlattenOptions options) : Module(std::make_shared<FlattenLayer>(options)) {}
Unflatten::Unflatten(std::int64_t dim, Shape unflattened_size)
    : Module(std::make_shared<UnflattenLayer>(dim, std::move(unflattened_size))) {}

}  // namespace hindsight::nn
