#pragma once
// Layers of few inputs have kernels whose number of inputs is a constant. Included only by this folder's
// files.
#include <cstddef>
#include <type_traits>

#include <hwy/base.h>

namespace hindsight::kernels::HINDSIGHT_TARGET {

constexpr std::size_t few_inputs = 4;

/// body(inputs), as a constant: 1 to few_inputs.
template <class Body>
HWY_INLINE void with_inputs(std::size_t inputs, const Body& body) {
  switch (inputs) {
    case 1:
      return body(std::integral_constant<std::size_t, 1>());
    case 2:
      return body(std::integral_constant<std::size_t, 2>());
    case 3:
      return body(std::integral_constant<std::size_t, 3>());
    default:
      return body(std::integral_constant<std::size_t, 4>());
  }
}

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
