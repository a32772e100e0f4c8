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

}  // namespace hindsight::nn
