#include <hindsight/error.hpp>
#include <hindsight/nn/normalization.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight::nn {
namespace {

class GroupNormLayer : public Layer {
 public:
  GroupNormLayer(std::int64_t groups, std::int64_t channels, const GroupNormOptions& options)
      : groups_(groups), channels_(channels), options_(options) {
    if (groups < 1 || channels < 1 || channels % groups != 0)
      fail<ValueError>("GroupNorm({}, {}): the number of groups must divide the number of channels", groups,
                       channels);
    if (!options.affine) return;
    weight_ = add_parameter(Parameter("weight", ones({channels}, {.dtype = options.dtype})));
    bias_ = add_parameter(Parameter("bias", zeros({channels}, {.dtype = options.dtype})));
  }

  Tensor forward(std::span<const Tensor> inputs) override {
    const Tensor& x = only(inputs);
    if (x.dim() < 2 || x.shape()[1] != channels_)
      fail<ShapeError>("{} expects {} channels along axis 1, but its input has shape {}{}", title(),
                       channels_, x.shape().str(),
                       x.dim() < 2
                           ? "; reshape it"
                           : formatted("; did you mean nn::GroupNorm({}, {})?", groups_, x.shape()[1]));
    if (!weight_.defined()) return group_norm(x, groups_, {}, {}, options_.eps);
    if (x.dtype() != weight_.dtype())
      fail<DTypeError>("{} is {} and its input is {}: convert one with .to(hs::{})", title(),
                       name(weight_.dtype()), name(x.dtype()), name(weight_.dtype()));
    return group_norm(x, groups_, weight_, bias_, options_.eps);
  }

  std::string describe() const override {
    return formatted("GroupNorm({}, {}, eps={}, affine={})", groups_, channels_, options_.eps,
                     options_.affine);
  }

 private:
  std::int64_t groups_, channels_;
  GroupNormOptions options_;
  Parameter weight_, bias_;
};

}  // namespace

GroupNorm::GroupNorm(std::int64_t num_groups, std::int64_t num_channels, GroupNormOptions options)
    : Module(std::make_shared<GroupNormLayer>(num_groups, num_channels, options)) {}

}  // namespace hindsight::nn
