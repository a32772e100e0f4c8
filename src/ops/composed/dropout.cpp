#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/random.hpp>

#include "base/format.hpp"
#include "ops/shared/located.hpp"

namespace hindsight {

Tensor dropout(const Tensor& x, double p, bool training) {
  if (!(p >= 0 && p <= 1))
    fail<ValueError>("{}: p is {} and must be a probability, from 0 to 1", located("dropout"), p);
  if (!training || p == 0) return x;
  Generator& generator = default_generator();
  const std::uint64_t high = generator.bits(), low = generator.bits();
  const std::vector<std::int64_t> key{static_cast<std::int64_t>((high << 32) | low), 0};
  return x * dropout_mask(tensor(key), x.shape(), p, is_floating(x.dtype()) ? x.dtype() : float32);
}

}  // namespace hindsight
