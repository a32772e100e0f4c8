#pragma once
// Functions of vectors: T is the type of the lanes. Included only by this folder's files.
// Largest errors, measured on every target: docs/accuracy.md.
#include "kernels/vector/exponential.hpp"  // exp, exp_of_negative, expm1, tanh, sigmoid
#include "kernels/vector/logarithm.hpp"    // log, log1p, softplus
#include "kernels/vector/normal.hpp"       // erf, gelu

namespace hindsight::kernels::HINDSIGHT_TARGET {

/// x σ(x), sigmoid linear unit (torch.nn.functional.silu).
/// Error at most 4 ulp, by |x| smallest denormals more where e^x is denormal.
template <class T>
HWY_INLINE Vector<T> silu(Vector<T> x) {
  return hn::Mul(x, sigmoid<T>(x));
}

/// σ (1 + x (1 − σ)).
template <class T>
HWY_INLINE Vector<T> silu_slope(Vector<T> x) {
  const Vector<T> s = sigmoid<T>(x), one = constant<T>(1);
  return hn::Mul(s, hn::MulAdd(x, hn::Sub(one, s), one));
}

/// f of each lane, one after the other: for functions that are too rare to be written as vectors.
template <class T, class Function>
HWY_INLINE Vector<T> lane_by_lane(Function f, Vector<T> x, Vector<T> y) {
  alignas(64) T a[lanes<T>()], b[lanes<T>()];
  hn::Store(x, Tag<T>(), a);
  hn::Store(y, Tag<T>(), b);
  for (std::size_t i = 0; i < lanes<T>(); ++i) a[i] = f(a[i], b[i]);
  return hn::Load(Tag<T>(), a);
}

// The compiler's built-in functions, since std::sin and its like are inline: this target's instructions would
// get into the copy that every other file shares.
struct LibrarySin {
  float operator()(float x, float) const { return __builtin_sinf(x); }
  double operator()(double x, double) const { return __builtin_sin(x); }
};
struct LibraryCos {
  float operator()(float x, float) const { return __builtin_cosf(x); }
  double operator()(double x, double) const { return __builtin_cos(x); }
};
struct LibraryTan {
  float operator()(float x, float) const { return __builtin_tanf(x); }
  double operator()(double x, double) const { return __builtin_tan(x); }
};
struct LibraryAsin {
  float operator()(float x, float) const { return __builtin_asinf(x); }
  double operator()(double x, double) const { return __builtin_asin(x); }
};
struct LibraryAcos {
  float operator()(float x, float) const { return __builtin_acosf(x); }
  double operator()(double x, double) const { return __builtin_acos(x); }
};
struct LibraryAtan {
  float operator()(float x, float) const { return __builtin_atanf(x); }
  double operator()(double x, double) const { return __builtin_atan(x); }
};
struct LibrarySinh {
  float operator()(float x, float) const { return __builtin_sinhf(x); }
  double operator()(double x, double) const { return __builtin_sinh(x); }
};
struct LibraryCosh {
  float operator()(float x, float) const { return __builtin_coshf(x); }
  double operator()(double x, double) const { return __builtin_cosh(x); }
};
struct LibraryErfc {
  float operator()(float x, float) const { return __builtin_erfcf(x); }
  double operator()(double x, double) const { return __builtin_erfc(x); }
};
struct LibraryPow {
  float operator()(float x, float y) const { return __builtin_powf(x, y); }
  double operator()(double x, double y) const { return __builtin_pow(x, y); }
};

template <class T>
HWY_INLINE Vector<T> sin(Vector<T> x) {
  return lane_by_lane<T>(LibrarySin(), x, x);
}
template <class T>
HWY_INLINE Vector<T> cos(Vector<T> x) {
  return lane_by_lane<T>(LibraryCos(), x, x);
}
template <class T>
HWY_INLINE Vector<T> tan(Vector<T> x) {
  return lane_by_lane<T>(LibraryTan(), x, x);
}
template <class T>
HWY_INLINE Vector<T> asin(Vector<T> x) {
  return lane_by_lane<T>(LibraryAsin(), x, x);
}
template <class T>
HWY_INLINE Vector<T> acos(Vector<T> x) {
  return lane_by_lane<T>(LibraryAcos(), x, x);
}
template <class T>
HWY_INLINE Vector<T> atan(Vector<T> x) {
  return lane_by_lane<T>(LibraryAtan(), x, x);
}
template <class T>
HWY_INLINE Vector<T> sinh(Vector<T> x) {
  return lane_by_lane<T>(LibrarySinh(), x, x);
}
template <class T>
HWY_INLINE Vector<T> cosh(Vector<T> x) {
  return lane_by_lane<T>(LibraryCosh(), x, x);
}
template <class T>
HWY_INLINE Vector<T> erfc(Vector<T> x) {
  return lane_by_lane<T>(LibraryErfc(), x, x);
}
template <class T>
HWY_INLINE Vector<T> pow(Vector<T> x, Vector<T> y) {
  return lane_by_lane<T>(LibraryPow(), x, y);
}

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
