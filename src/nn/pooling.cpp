// Pooling layers are functions with options.
#include <hindsight/nn/pooling.hpp>

#include "base/format.hpp"
#include "nn/function_layer.hpp"

namespace hindsight::nn {
namespace {

std::string windows(const PerAxis& kernel, const PerAxis& stride, const PerAxis& padding) {
  return formatted("kernel_size={}, stride={}, padding={}", kernel.str(),
                   (stride.empty() ? kernel : stride).str(), padding.str());
}

}  // namespace

AvgPool1d::AvgPool1d(PerAxis kernel, AvgPool1dOptions o)
    : Module(function_layer(
          formatted("AvgPool1d({})", windows(kernel, o.stride, o.padding)), [=](const Tensor& x) {
            return avg_pool1d(x, kernel, o.stride, o.padding, o.ceil_mode, o.count_include_pad);
          })) {}
AvgPool2d::AvgPool2d(PerAxis kernel, AvgPool2dOptions o)
    : Module(function_layer(formatted("AvgPool2d({})", windows(kernel, o.stride, o.padding)),
                            [=](const Tensor& x) {
                              return avg_pool2d(x, kernel, o.stride, o.padding, o.ceil_mode,
                                                o.count_include_pad, o.divisor_override);
                            })) {}

}  // namespace hindsight::nn
