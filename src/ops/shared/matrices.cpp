#include "ops/shared/matrices.hpp"

#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hindsight {

void require_one_floating_dtype(Operands in) {
  if (in[0].dtype() != in[1].dtype() || !is_floating(in[0].dtype()))
    fail<DTypeError>(
        "takes two matrices of float32 or two of float64, and got {} and {}; convert one with .to()",
        name(in[0].dtype()), name(in[1].dtype()));
}

}  // namespace hindsight
