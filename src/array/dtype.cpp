#include <hindsight/dtype.hpp>
#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hindsight {

std::string_view name(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return "float32";
    case DType::float64:
      return "float64";
    case DType::int64:
      return "int64";
    default:
      return "bool";
  }
}

std::size_t size_of(DType dtype) {
  return dispatch(dtype, [](auto zero) { return sizeof(zero); });
}

DType promote(DType a, DType b) {
  if (a == b) return a;
  if (is_floating(a) && is_floating(b))
    fail<DTypeError>(
        "float32 and float64 do not mix by themselves: convert one side with .to(hs::float32) or "
        ".to(hs::float64)");
  if (is_floating(a)) return a;
  if (is_floating(b)) return b;
  return DType::int64;
}

}  // namespace hindsight
