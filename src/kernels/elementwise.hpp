#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
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

/// The axes of an elementwise loop after neighbours that can be walked as one have been joined.
template <std::size_t N>
struct Loop {
  Shape lengths;                   // outermost first
  std::array<Strides, N> strides;  // of each input

  Loop(const Shape& shape, const std::array<const Strides*, N>& inputs) {
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      if (shape[axis] == 1) continue;
      bool joins = !lengths.empty();
      for (std::size_t k = 0; k < N && joins; ++k)
        joins = strides[k].back() == (*inputs[k])[axis] * shape[axis];
      if (joins) {
        lengths.back() *= shape[axis];
        for (std::size_t k = 0; k < N; ++k) strides[k].back() = (*inputs[k])[axis];
      } else {
        lengths.push_back(shape[axis]);
        for (std::size_t k = 0; k < N; ++k) strides[k].push_back((*inputs[k])[axis]);
      }
    }
    if (lengths.empty()) {
      lengths.push_back(1);
      for (std::size_t k = 0; k < N; ++k) strides[k].push_back(1);
    }
  }
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

template <class Body, class Out, std::size_t... K, class... In>
void map_rows(const Body& body, const Loop<sizeof...(In)>& loop, Out* out, std::index_sequence<K...>,
              const In*... in) {
  const std::size_t outer = loop.lengths.size() - 1;
  const std::int64_t n = loop.lengths[outer];
  Shape index(outer, 0);
  std::array<std::int64_t, sizeof...(In)> at{};
  for (;;) {
    row(body, n, out, Lane<In>{in + at[K], loop.strides[K][outer]}...);
    out += n;
    std::size_t axis = outer;
    for (; axis > 0; --axis) {
      const std::size_t a = axis - 1;
      ((at[K] += loop.strides[K][a]), ...);
      if (++index[a] < loop.lengths[a]) break;
      ((at[K] -= loop.strides[K][a] * loop.lengths[a]), ...);
      index[a] = 0;
    }
    if (axis == 0) return;
  }
}

/// out[i…] = body(inputs[i…]…) over `shape`; `out` is row-major.
template <class Body, class Out, class... In>
void map(const Body& body, const Shape& shape, Out* out, Strided<In>... inputs) {
  if (shape.elements() == 0) return;
  const Loop<sizeof...(In)> loop(shape, {&inputs.strides...});
  map_rows(body, loop, out, std::index_sequence_for<In...>{}, inputs.data...);
}

}  // namespace hindsight::kernels
