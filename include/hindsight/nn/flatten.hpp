#pragma once
#include <hindsight/nn/module.hpp>
#include <hindsight/shape.hpp>

namespace hindsight::nn {

struct FlattenOptions {
  std::int64_t start_dim = 1;
  std::int64_t end_dim = -1;
};

/// Makes one axis of the axes from start_dim to end_dim, both included: [batch, …] becomes [batch, features].
/// (torch.nn.Flatten) The forward throws IndexError for axes that are not there.
class Flatten : public Module {
 public:
  explicit Flatten(FlattenOptions options = {});
};

/// Makes axes of the lengths `unflattened_size`, one of which may be −1, of the axis `dim`: Unflatten(1, {2,
/// 5, 5}). (torch.nn.Unflatten)
class Unflatten : public Module {
 public:
  Unflatten(std::int64_t dim, Shape unflattened_size);
};

}  // namespace hindsight::nn
