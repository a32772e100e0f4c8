#pragma once
#include <optional>

#include <hindsight/nn/module.hpp>
#include <hindsight/shape.hpp>

namespace hindsight::nn {

struct BatchNormOptions {
  double eps = 1e-5;
  /// How far the running statistics move towards those of a batch; without one they are the mean over all
  /// batches.
  std::optional<double> momentum = 0.1;
  bool affine = true;
  bool track_running_stats = true;
  DType dtype = float32;
};

/// batch_norm() over [batch, num_features] or [batch, num_features, length]. (torch.nn.BatchNorm1d) weight
/// starts at 1 and bias at 0; the buffers running_mean, running_var and num_batches_tracked are part of
/// state_dict(). In training each batch is normalized by its own statistics, in evaluation by the running
/// ones; without these always by its own.
class BatchNorm1d : public Module {
 public:
  explicit BatchNorm1d(std::int64_t num_features, BatchNormOptions options = {});
};

/// The same over images [batch, num_features, height, width]. (torch.nn.BatchNorm2d)
class BatchNorm2d : public Module {
 public:
  explicit BatchNorm2d(std::int64_t num_features, BatchNormOptions options = {});
};

struct LayerNormOptions {
  double eps = 1e-5;
  bool elementwise_affine = true;
  DType dtype = float32;
};

/// layer_norm() over the last axes, which have `normalized_shape`: LayerNorm(16), LayerNorm({4, 5}). weight
/// starts at 1 and bias at 0. (torch.nn.LayerNorm)
class LayerNorm : public Module {
 public:
  explicit LayerNorm(std::int64_t normalized_length, LayerNormOptions options = {})
      : LayerNorm(Shape{normalized_length}, options) {}
  explicit LayerNorm(Shape normalized_shape, LayerNormOptions options = {});
};

struct GroupNormOptions {
  double eps = 1e-5;
  bool affine = true;
  DType dtype = float32;
};

/// group_norm() over [batch, num_channels, …]. weight starts at 1 and bias at 0. (torch.nn.GroupNorm) Throws
/// ValueError when the groups do not divide the channels.
class GroupNorm : public Module {
 public:
  GroupNorm(std::int64_t num_groups, std::int64_t num_channels, GroupNormOptions options = {});
};

}  // namespace hindsight::nn
