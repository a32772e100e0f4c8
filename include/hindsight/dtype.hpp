#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace hindsight {

/// The type of a tensor's elements, known at run time. float32 is the default; float64 serves proofs.
enum class DType : std::uint8_t { float32, float64, int64, boolean };

inline constexpr DType float32 = DType::float32;
inline constexpr DType float64 = DType::float64;
inline constexpr DType int64 = DType::int64;
inline constexpr DType boolean = DType::boolean;

/// "float32", "float64", "int64" or "bool".
std::string_view name(DType dtype);
/// Bytes of one element.
std::size_t size_of(DType dtype);
constexpr bool is_floating(DType dtype) { return dtype == DType::float32 || dtype == DType::float64; }

/// The type in which `a` and `b` meet, as in PyTorch: bool gives way to int64, both give way to a float.
/// Throws DTypeError for float32 with float64: Hindsight never converts silently between them.
DType promote(DType a, DType b);

/// What an element may be in C++.
template <class T>
concept Element = std::is_same_v<T, float> || std::is_same_v<T, double> || std::is_same_v<T, std::int64_t> ||
    std::is_same_v<T, bool>;

template <class T>
constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, float>)
    return DType::float32;
  else if constexpr (std::is_same_v<T, double>)
    return DType::float64;
  else if constexpr (std::is_same_v<T, std::int64_t>)
    return DType::int64;
  else {
    static_assert(std::is_same_v<T, bool>, "tensors hold float, double, std::int64_t or bool");
    return DType::boolean;
  }
}

/// Calls `body(T{})` with the C++ type that `dtype` stands for.
template <class Body>
decltype(auto) dispatch(DType dtype, Body&& body) {
  switch (dtype) {
    case DType::float32:
      return body(float{});
    case DType::float64:
      return body(double{});
    case DType::int64:
      return body(std::int64_t{});
    default:
      return body(bool{});
  }
}

}  // namespace hindsight
