#pragma once
#include <optional>

#include <hindsight/nn/module.hpp>
#include <hindsight/ops/networks.hpp>

namespace hindsight::nn {

struct AvgPool1dOptions {
  PerAxis stride = {};
  PerAxis padding = 0;
  bool ceil_mode = false;
  bool count_include_pad = true;
};

/// avg_pool1d(); the stride is the kernel's size when left out (torch.nn.AvgPool1d)
class AvgPool1d : public Module {
 public:
  explicit AvgPool1d(PerAxis kernel_size, AvgPool1dOptions options = {});
};

struct AvgPool2dOptions {
  PerAxis stride = {};
  PerAxis padding = 0;
  bool ceil_mode = false;
  bool count_include_pad = true;
  std::optional<std::int64_t> divisor_override = {};
};

/// avg_pool2d(); the stride is the kernel's size when left out (torch.nn.AvgPool2d)
class AvgPool2d : public Module {
 public:
  explicit AvgPool2d(PerAxis kernel_size, AvgPool2dOptions options = {});
};

struct MaxPoolOptions {
  PerAxis stride = {};
  PerAxis padding = 0;
  PerAxis dilation = 1;
  bool ceil_mode = false;
};

/// max_pool1d(); the stride is the kernel's size when left out (torch.nn.MaxPool1d)
class MaxPool1d : public Module {
 public:
  explicit MaxPool1d(PerAxis kernel_size, MaxPoolOptions options = {});
};
/// max_pool2d() (torch.nn.MaxPool2d)
class MaxPool2d : public Module {
 public:
  explicit MaxPool2d(PerAxis kernel_size, MaxPoolOptions options = {});
};

/// adaptive_avg_pool1d(): as many means as output_size says (torch.nn.AdaptiveAvgPool1d)
class AdaptiveAvgPool1d : public Module {
 public:
  explicit AdaptiveAvgPool1d(OutputSize output_size);
};
/// adaptive_avg_pool2d(); AdaptiveAvgPool2d(1) averages whole images (torch.nn.AdaptiveAvgPool2d)
class AdaptiveAvgPool2d : public Module {
 public:
  explicit AdaptiveAvgPool2d(OutputSize output_size);
};
/// adaptive_max_pool1d() (torch.nn.AdaptiveMaxPool1d)
class AdaptiveMaxPool1d : public Module {
 public:
  explicit AdaptiveMaxPool1d(OutputSize output_size);
};
/// adaptive_max_pool2d() (torch.nn.AdaptiveMaxPool2d)
class AdaptiveMaxPool2d : public Module {
 public:
  explicit AdaptiveMaxPool2d(OutputSize output_size);
};

}  // namespace hindsight::nn
