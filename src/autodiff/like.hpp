#pragma once
#include <span>

#include <hindsight/tensor.hpp>

namespace hindsight {

/// Throws ValueError unless there is one vector for each of `of`, ShapeError unless each is like its own.
void require_like(const char* caller, const char* vector, std::span<const Tensor> vectors,
                  std::span<const Tensor> of);

}  // namespace hindsight
