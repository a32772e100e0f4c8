#pragma once
#include <string_view>

#include <hindsight/nn/module.hpp>
#include <hindsight/ops/networks.hpp>

namespace hindsight::nn {

struct ConvOptions {
  PerAxis stride = 1;
  Padding padding = 0;
  PerAxis dilation = 1;
  std::int64_t groups = 1;
  bool bias = true;
  /// "zeros", or what pad() takes the padding from: "reflect", "replicate", "circular".
  std::string_view padding_mode = "zeros";
  DType dtype = float32;
};

/// conv1d() with a weight [out_channels, in_channels / groups, kernel_size] and a bias [out_channels], for
/// inputs [batch, in_channels, length] or [in_channels, length]. (torch.nn.Conv1d) Both
/// start uniform in ±1/√(in_channels / groups · kernel_size), drawn as those of a Linear. Throws ValueError
/// for options that make no sense.
class Conv1d : public Module {
 public:
  Conv1d(std::int64_t in_channels, std::int64_t out_channels, PerAxis kernel_size, ConvOptions options = {});
  Parameter weight() const { return parameters()[0]; }
  /// Throws StateError when the layer was made without.
  Parameter bias() const;
};

/// The same over images [batch, in_channels, height, width]: Conv2d(3, 8, 3, {.padding = 1}),
/// Conv2d(3, 8, {3, 5}, {.padding = "same"}). (torch.nn.Conv2d)
class Conv2d : public Module {
 public:
  Conv2d(std::int64_t in_channels, std::int64_t out_channels, PerAxis kernel_size, ConvOptions options = {});
  Parameter weight() const { return parameters()[0]; }
  /// Throws StateError when the layer was made without.
  Parameter bias() const;
};

}  // namespace hindsight::nn
