#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <hindsight/shape.hpp>

/// Loops that apply a function of scalars to every element of strided windows.
namespace hindsight::kernels {

/// A strided input: where it starts and how far apart its neighbours are along each axis.
template <class T>
struct Strided {
  const T* data;
  const Strides& strides;
};

/// One input along the innermost axis.
template <class T>
struct Lane {
  const T* data;
  std::int64_t stride;
};

// The strides 0 and 1 are spelled out, so that the compiler can vectorise the loops that occur.
template <class Body, class Out, class A>
void row(const Body& body, std::int64_t n, Out* __restrict out, Lane<A> a) {
  if (a.stride == 1)
    for (std::int64_t i = 0; i < n; ++i) out[i] = body(a.data[i]);
  else
    for (std::int64_t i = 0; i < n; ++i) out[i] = body(a.data[i * a.stride]);
}

template <class Body, class Out, class A, class B>
void row(const Body& body, std::int64_t n, Out* __restrict out, Lane<A> a, Lane<B> b) {
  if (a.stride == 1 && b.stride == 1)
    for (std::int64_t i = 0; i < n; ++i) out[i] = body(a.data[i], b.data[i]);
  else if (a.stride == 1 && b.stride == 0)
    for (std::int64_t i = 0; i < n; ++i) out[i] = body(a.data[i], *b.data);
  else if (a.stride == 0 && b.stride == 1)
    for (std::int64_t i = 0; i < n; ++i) out[i] = body(*a.data, b.data[i]);
  else
    for (std::int64_t i = 0; i < n; ++i) out[i] = body(a.data[i * a.stride], b.data[i * b.stride]);
}

template <class Body, class Out, class A, class B, class C>
void row(const Body& body, std::int64_t n, Out* __restrict out, Lane<A> a, Lane<B> b, Lane<C> c) {
  if (a.stride == 1 && b.stride == 1 && c.stride == 1)
    for (std::int64_t i = 0; i < n; ++i) out[i] = body(a.data[i], b.data[i], c.data[i]);
  else
    for (std::int64_t i = 0; i < n; ++i)
      out[i] = body(a.data[i * a.stride], b.data[i * b.stride], c.data[i * c.stride]);
}

/// An input of whatever type: the walk over the outer axes only has to know how large its elements are.
struct Window {
  const std::byte* data;
  std::int64_t element_size;
  const Strides* strides;
};

/// One innermost row: n elements from where each input stands, `strides` elements apart, to `out`.
using Row = void (*)(const void* body, std::int64_t n, void* out, const std::byte* const* in,
                     const std::int64_t* strides);

/// Calls `row` for each innermost row of `shape`, which is not empty; `out` is row-major. It is compiled once
/// for all operations, of up to three inputs: one walk each would take a quarter of a megabyte.
void for_each_row(const Shape& shape, void* out, std::int64_t out_size, std::span<const Window> inputs,
                  const void* body, Row row);

template <class Body, class Out, class... In, std::size_t... K>
void row_of(const void* body, std::int64_t n, void* out, const std::byte* const* in,
            const std::int64_t* strides, std::index_sequence<K...>) {
  row(*static_cast<const Body*>(body), n, static_cast<Out*>(out),
      Lane<In>{reinterpret_cast<const In*>(in[K]), strides[K]}...);
}

/// out[i…] = body(inputs[i…]…) over `shape`; `out` is row-major.
template <class Body, class Out, class... In>
void map(const Body& body, const Shape& shape, Out* out, Strided<In>... inputs) {
  if (shape.elements() == 0) return;
  const Window windows[] = {
      {reinterpret_cast<const std::byte*>(inputs.data), sizeof(In), &inputs.strides}...};
  const Row one = [](const void* f, std::int64_t n, void* to, const std::byte* const* in,
                     const std::int64_t* strides) {
    row_of<Body, Out, In...>(f, n, to, in, strides, std::index_sequence_for<In...>());
  };
  for_each_row(shape, out, sizeof(Out), windows, &body, one);
}

}  // namespace hindsight::kernels
