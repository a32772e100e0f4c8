#include "kernels/vector/panels.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {
namespace {

template <class T>
constexpr PanelKernels<T> kernels_of() {
  return {lanes<T>(),     product<T>,   row_product<T>, gradient<T>, update<T>,
          column_sums<T>, transpose<T>, pack<T>,        unpack<T>};
}

}  // namespace

extern const PanelKernels<float> panels_float;
constinit const PanelKernels<float> panels_float = kernels_of<float>();
#if HWY_TARGET != HWY_WASM
extern const PanelKernels<double> panels_double;
constinit const PanelKernels<double> panels_double = kernels_of<double>();
#endif

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
