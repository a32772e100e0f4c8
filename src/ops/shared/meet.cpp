#include "ops/shared/meet.hpp"

#include <cmath>

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "ops/shared/located.hpp"

namespace hindsight {

std::pair<Tensor, Tensor> meet(const Tensor& a, const Tensor& b, const char* operation) {
  if (a.dtype() == b.dtype() && a.shape() == b.shape()) return {a, b};
  DType dtype = a.dtype();
  try {
    dtype = promote(a.dtype(), b.dtype());
  } catch (const DTypeError& error) {
    fail<DTypeError>("{}: {} {} meets {} {}: {}", operation, name(a.dtype()), a.shape().str(),
                     name(b.dtype()), b.shape().str(), error.what());
  }
  const Shape shape = broadcast(a.shape(), b.shape(), operation);
  return {a.to(dtype).broadcast_to(shape), b.to(dtype).broadcast_to(shape)};
}

Tensor constant_like(const Tensor& x, double value) {
  DType dtype = x.dtype();
  const bool fits = value == std::trunc(value) && std::abs(value) < 0x1p63;  // in an int64
  if (!is_floating(dtype)) dtype = fits ? int64 : float32;
  return Tensor(Array::full({}, value, dtype));
}

Tensor floating_point(const Tensor& x) { return is_floating(x.dtype()) ? x : x.to(float32); }

Tensor floating_point(const Tensor& x, DType dtype, const char* operation) {
  if (!is_floating(dtype))
    fail<DTypeError>("{}: dtype is {} and must be float32 or float64", located(operation), name(dtype));
  return x.to(dtype);
}

}  // namespace hindsight
