// The tables of this target's kernels.
#include "kernels/target.hpp"

#include "kernels/vector/vector.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {

extern const NarrowKernels<float> narrow_float;
extern const NarrowKernels<double> narrow_double;
extern const VectorOps<float> ops_float;
extern const VectorOps<double> ops_double;
extern const PanelKernels<float> panels_float;
extern const PanelKernels<double> panels_double;
extern const MatmulKernel<float> matmul_float;
extern const MatmulKernel<double> matmul_double;

extern const TargetKernels all;
constinit const TargetKernels all = {
    .narrow_float = &narrow_float,
    .narrow_double = has_vectors<double> ? &narrow_double : nullptr,
    .ops_float = &ops_float,
    .ops_double = has_vectors<double> ? &ops_double : nullptr,
    .panels_float = &panels_float,
    .panels_double = has_vectors<double> ? &panels_double : nullptr,
    .matmul_float = &matmul_float,
    .matmul_double = &matmul_double,
};

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
