#pragma once
#include <hindsight/op.hpp>

#include "kernels/elementwise.hpp"
#include "ops/shared/scalar.hpp"

/// What rooms of elementwise operations share. A room gives a `Body`: one generic function of scalars,
/// without state.
namespace hindsight::elementwise {

/// Rules. Shapes and dtypes meet before (see ops/shared/meet.hpp), so here they must be equal already.
TensorType floating(Operands inputs, const Attributes& attributes);    // float32 or float64
TensorType numeric(Operands inputs, const Attributes& attributes);     // … or int64
TensorType comparison(Operands inputs, const Attributes& attributes);  // … or bool; gives bool

template <class T>
kernels::Strided<T> strided(const Array& array) {
  return {array.data<T>(), array.strides()};
}

template <class Out, class T, class Body>
void run(const Body& body, Operands in, Array& out) {
  Out* to = out.mutable_data<Out>();
  if constexpr (std::is_invocable_v<Body, T>)
    kernels::map(body, out.shape(), to, strided<T>(in[0]));
  else
    kernels::map(body, out.shape(), to, strided<T>(in[0]), strided<T>(in[1]));
}

/// Forward over float32 and float64.
template <class Body>
void forward_floating(Operands in, const Attributes&, Array& out) {
  if (out.dtype() == float32)
    run<float, float>(Body(), in, out);
  else
    run<double, double>(Body(), in, out);
}

/// Forward over float32, float64 and int64.
template <class Body>
void forward_numeric(Operands in, const Attributes& attributes, Array& out) {
  if (out.dtype() == int64)
    run<std::int64_t, std::int64_t>(Body(), in, out);
  else
    forward_floating<Body>(in, attributes, out);
}

/// Forward from any dtype to bool.
template <class Body>
void forward_comparison(Operands in, const Attributes&, Array& out) {
  dispatch(in[0].dtype(), [&](auto zero) { run<bool, decltype(zero)>(Body(), in, out); });
}

/// A zero for each element: the derivative of what is flat wherever it has one.
Tensor zeros_like(const Tensor& x);

/// Smooth, distinct numbers in [low, high) for samples; the same at every call. Different `salt`, different
/// numbers.
Tensor sample(const Shape& shape, double low, double high, int salt = 0);

}  // namespace hindsight::elementwise
