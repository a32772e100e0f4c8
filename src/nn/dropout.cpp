#include <hindsight/error.hpp>
#include <hindsight/nn/layers.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight::nn {
namespace {

/// A seed from the default generator, and step 0.
Array first_key() {
  Generator& generator = default_generator();
  const std::uint64_t high = generator.bits(), low = generator.bits();
  const std::int64_t key[] = {static_cast<std::int64_t>((high << 32) | low), 0};
  return Array::from(std::span<const std::int64_t>(key), {2});
}

class DropoutLayer : public Layer {
 public:
  explicit DropoutLayer(double p) : p_(p), key_("dropout key", {{2}, int64}, first_key, false) {
    if (!(p >= 0 && p <= 1)) fail<ValueError>("Dropout: p is {} and must be a probability, from 0 to 1", p);
  }

  // The step is counted in operations, so that every run of a compiled step has a mask of its own.
  Tensor forward(std::span<const Tensor> inputs) override {
    const Tensor& x = only(inputs);
    if (!training() || p_ == 0) return x;
    const Tensor key = key_;
    key_.assign(key + tensor({0, 1}, {.dtype = int64}));
    return x * dropout_mask(key, x.shape(), p_, is_floating(x.dtype()) ? x.dtype() : float32);
  }

  std::string describe() const override { return formatted("Dropout(p={})", p_); }

 private:
  double p_;
  /// Seed and step. It is no buffer: PyTorch's state has none, and a model that is loaded draws anew.
  Parameter key_;
};

}  // namespace

Dropout::Dropout(DropoutOptions options) : Module(std::make_shared<DropoutLayer>(options.p)) {}

}  // namespace hindsight::nn
