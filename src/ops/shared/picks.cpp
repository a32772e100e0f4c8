#include "ops/shared/picks.hpp"

#include "array/position.hpp"

namespace hindsight {

void require_index(const Array& x, const Array& index, std::size_t axis) {
  if (index.dtype() != int64)
    fail<DTypeError>("takes int64 indices, and got {}; convert them with .to(hs::int64)",
                     name(index.dtype()));
  bool fits = index.rank() == x.rank();
  for (std::size_t i = 0; fits && i < x.shape().size(); ++i)
    fits = i == axis || index.shape()[i] <= x.shape()[i];
  if (!fits)
    fail<ShapeError>(
        "an index of shape {} does not fit into shape {}: it must have as many axes, none longer but axis {}",
        index.shape().str(), x.shape().str(), axis);
}

void fail_index(const char* operation, const Array& index, const Array& x, std::size_t axis) {
  const Array dense = index.contiguous();
  const std::int64_t *first = dense.data<std::int64_t>(), length = x.shape()[axis];
  std::int64_t i = 0;
  while (first[i] >= 0 && first[i] < length) ++i;
  fail<IndexError>("{}: the index {} at {} is not within axis {} of shape {}; give one from 0 to {}",
                   operation, first[i], position(index.shape(), i), axis, x.shape().str(), length - 1);
}

}  // namespace hindsight
