#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight {
namespace {

void require_vectors(const Tensor& a, const Tensor& b, const char* operation) {
  if (a.dim() != 1 || b.dim() != 1)
    fail<ShapeError>("{}: takes two tensors with one axis, and got shapes {} and {}; reshape them", operation,
                     a.shape().str(), b.shape().str());
}

}  // namespace

Tensor dot(const Tensor& a, const Tensor& b) {
  require_vectors(a, b, "dot");
  if (a.elements() != b.elements())
    fail<ShapeError>("dot: {} numbers meet {}; there must be as many", a.elements(), b.elements());
  return sum(a * b);
}

Tensor outer(const Tensor& a, const Tensor& b) {
  require_vectors(a, b, "outer");
  return a.unsqueeze(1) * b.unsqueeze(0);
}

}  // namespace hindsight
