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

std::shared_ptr<FunctionLayer> max_pool(const char* kind, decltype(max_pool2d)* function,
                                        const PerAxis& kernel, const MaxPoolOptions& o) {
  return function_layer(
      formatted("{}({}, dilation={}, ceil_mode={})", kind, windows(kernel, o.stride, o.padding),
                o.dilation.str(), o.ceil_mode),
      [=](const Tensor& x) { return function(x, kernel, o.stride, o.padding, o.dilation, o.ceil_mode); });
}

std::shared_ptr<FunctionLayer> adaptive(const char* kind, decltype(adaptive_avg_pool2d)* function,
                                        const OutputSize& size) {
  return function_layer(formatted("{}(output_size={})", kind, size.str()),
                        [=](const Tensor& x) { return function(x, size); });
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

MaxPool1d::MaxPool1d(PerAxis kernel, MaxPoolOptions o)
    : Module(max_pool("MaxPool1d", max_pool1d, kernel, o)) {}
MaxPool2d::MaxPool2d(PerAxis kernel, MaxPoolOptions o)
    : Module(max_pool("MaxPool2d", max_pool2d, kernel, o)) {}

AdaptiveAvgPool1d::AdaptiveAvgPool1d(OutputSize size)
    : Module(adaptive("AdaptiveAvgPool1d", adaptive_avg_pool1d, size)) {}
AdaptiveAvgPool2d::AdaptiveAvgPool2d(OutputSize size)
    : Module(adaptive("AdaptiveAvgPool2d", adaptive_avg_pool2d, size)) {}
AdaptiveMaxPool1d::AdaptiveMaxPool1d(OutputSize size)
    : Module(adaptive("AdaptiveMaxPool1d", adaptive_max_pool1d, size)) {}
AdaptiveMaxPool2d::AdaptiveMaxPool2d(OutputSize size)
    : Module(adaptive("AdaptiveMaxPool2d", adaptive_max_pool2d, size)) {}

}  // namespace hindsight::nn
