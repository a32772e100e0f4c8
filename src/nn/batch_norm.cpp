#include <hindsight/error.hpp>
#include <hindsight/nn/normalization.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight::nn {
namespace {

class BatchNormLayer : public Layer {
 public:
  BatchNormLayer(bool images, std::int64_t features, const BatchNormOptions& options)
      : images_(images), features_(features), options_(options) {
    if (features < 1) fail<ValueError>("{}({}): a layer needs at least one feature", kind(), features);
    const Shape shape{features};
    if (options.affine) {
      weight_ = add_parameter(Parameter("weight", ones(shape, {.dtype = options.dtype})));
      bias_ = add_parameter(Parameter("bias", zeros(shape, {.dtype = options.dtype})));
    }
    if (!options.track_running_stats) return;
    mean_ = add_buffer(Parameter("running_mean", zeros(shape, {.dtype = options.dtype}), false));
    variance_ = add_buffer(Parameter("running_var", ones(shape, {.dtype = options.dtype}), false));
    batches_ = add_buffer(Parameter("num_batches_tracked", zeros({}, {.dtype = int64}), false));
  }

  // The batches are counted in operations, so that each run of a compiled step counts.
  Tensor forward(std::span<const Tensor> inputs) override {
    const Tensor& x = only(inputs);
    require_fitting(x);
    const Tensor weight = weight_.defined() ? weight_.value() : Tensor(),
                 bias = bias_.defined() ? bias_.value() : Tensor();
    if (!mean_.defined()) return batch_norm(x, {}, {}, weight, bias, true, 0, options_.eps);
    if (!training()) return batch_norm(x, mean_, variance_, weight, bias, false, 0, options_.eps);
    const Tensor batches = batches_.value() + 1;
    const Tensor momentum =
        options_.momentum ? full({}, *options_.momentum, {.dtype = x.dtype()}) : 1 / batches.to(x.dtype());
    const Tensor y = batch_norm(x, mean_, variance_, weight, bias, true, momentum, options_.eps);
    batches_.assign(batches);
    return y;
  }

  std::string describe() const override {
    const std::string momentum = options_.momentum ? formatted("{}", *options_.momentum) : "None";
    return formatted("{}({}, eps={}, momentum={}, affine={}, track_running_stats={})", kind(), features_,
                     options_.eps, momentum, options_.affine, options_.track_running_stats);
  }

 private:
  const char* kind() const { return images_ ? "BatchNorm2d" : "BatchNorm1d"; }

  void require_fitting(const Tensor& x) const {
    if (images_ ? x.dim() != 4 : x.dim() != 2 && x.dim() != 3)
      fail<ShapeError>("{} expects {}, but its input has shape {}; reshape it", title(),
                       images_ ? formatted("[batch, {}, height, width]", features_)
                               : formatted("[batch, {0}] or [batch, {0}, length]", features_),
                       x.shape().str());
    if (x.shape()[1] != features_)
      fail<ShapeError>(
          "{} expects {} features along axis 1, but its input has shape {}; did you mean nn::{}({})?",
          title(), features_, x.shape().str(), kind(), x.shape()[1]);
    // A layer without numbers of its own takes either dtype.
    const DType dtype = weight_.defined() ? weight_.dtype() : mean_.defined() ? mean_.dtype() : x.dtype();
    if (x.dtype() != dtype)
      fail<DTypeError>("{} is {} and its input is {}: convert one with .to(hs::{})", title(), name(dtype),
                       name(x.dtype()), name(dtype));
  }

  bool images_;
  std::int64_t features_;
  BatchNormOptions options_;
  Parameter weight_, bias_, mean_, variance_, batches_;
};

}  // namespace

BatchNorm1d::BatchNorm1d(std::int64_t num_features, BatchNormOptions options)
    : Module(std::make_shared<BatchNormLayer>(false, num_features, options)) {}
BatchNorm2d::BatchNorm2d(std::int64_t num_features, BatchNormOptions options)
    : Module(std::make_shared<BatchNormLayer>(true, num_features, options)) {}

}  // namespace hindsight::nn
