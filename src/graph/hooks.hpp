#pragma once
#include <functional>
#include <utility>
#include <vector>

#include <hindsight/tensor.hpp>

namespace hindsight {

/// Who wants to see the gradient of a tensor, in the order of registration.
struct Hooks {
  using Hook = std::function<Tensor(const Tensor&)>;

  std::uint64_t last_id = 0;
  std::vector<std::pair<std::uint64_t, Hook>> list;
};

/// The gradient of `node` after its hooks have seen it, each of which may have replaced it.
Tensor passed_through_hooks(const Tensor& node, Tensor gradient);

}  // namespace hindsight
