// The elementwise kernels of this target. What they mean at NaN and at kinks is what their rooms say
// (src/ops).
#include "kernels/vector/math.hpp"
#include "kernels/vector/reductions.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {
namespace {

template <class T>
HWY_INLINE Vector<T> add(Vector<T> a, Vector<T> b) {
  return hn::Add(a, b);
}
template <class T>
HWY_INLINE Vector<T> subtract(Vector<T> a, Vector<T> b) {
  return hn::Sub(a, b);
}
template <class T>
HWY_INLINE Vector<T> multiply(Vector<T> a, Vector<T> b) {
  return hn::Mul(a, b);
}
template <class T>
HWY_INLINE Vector<T> divide(Vector<T> a, Vector<T> b) {
  return hn::Div(a, b);
}
// hn::Ne is false for NaN on some targets, so "differs" is said as "is not equal".
template <class T>
HWY_INLINE hn::Mask<Tag<T>> differ(Vector<T> a, Vector<T> b) {
  return hn::Not(hn::Eq(a, b));
}
/// NaN wins, whichever side it is on.
template <class T>
HWY_INLINE Vector<T> maximum(Vector<T> a, Vector<T> b) {
  return hn::IfThenElse(hn::Or(hn::Gt(b, a), differ<T>(b, b)), b, a);
}
template <class T>
HWY_INLINE Vector<T> minimum(Vector<T> a, Vector<T> b) {
  return hn::IfThenElse(hn::Or(hn::Lt(b, a), differ<T>(b, b)), b, a);
}

template <class T>
HWY_INLINE Vector<T> one_where(hn::Mask<Tag<T>> mask) {
  return hn::IfThenElseZero(mask, constant<T>(1));
}
template <class T>
HWY_INLINE Vector<T> equal(Vector<T> a, Vector<T> b) {
  return one_where<T>(hn::Eq(a, b));
}
template <class T>
HWY_INLINE Vector<T> not_equal(Vector<T> a, Vector<T> b) {
  return one_where<T>(differ<T>(a, b));
}
template <class T>
HWY_INLINE Vector<T> greater(Vector<T> a, Vector<T> b) {
  return one_where<T>(hn::Gt(a, b));
}
template <class T>
HWY_INLINE Vector<T> greater_equal(Vector<T> a, Vector<T> b) {
  return one_where<T>(hn::Ge(a, b));
}
template <class T>
HWY_INLINE Vector<T> less(Vector<T> a, Vector<T> b) {
  return one_where<T>(hn::Lt(a, b));
}
template <class T>
HWY_INLINE Vector<T> less_equal(Vector<T> a, Vector<T> b) {
  return one_where<T>(hn::Le(a, b));
}
template <class T>
HWY_INLINE Vector<T> where(Vector<T> condition, Vector<T> yes, Vector<T> no) {
  return hn::IfThenElse(differ<T>(condition, hn::Zero(Tag<T>())), yes, no);
}

template <class T>
HWY_INLINE Vector<T> negate(Vector<T> x) {
  return hn::Neg(x);
}
template <class T>
HWY_INLINE Vector<T> abs(Vector<T> x) {
  return hn::Abs(x);
}
template <class T>
HWY_INLINE Vector<T> sqrt(Vector<T> x) {
  return hn::Sqrt(x);
}
template <class T>
HWY_INLINE Vector<T> step(Vector<T> x) {
  return one_where<T>(hn::Gt(x, hn::Zero(Tag<T>())));
}
template <class T>
HWY_INLINE Vector<T> sign(Vector<T> x) {
  const Vector<T> zero = hn::Zero(Tag<T>());
  return hn::Sub(one_where<T>(hn::Gt(x, zero)), one_where<T>(hn::Lt(x, zero)));
}
/// NaN stays.
template <class T>
HWY_INLINE Vector<T> relu(Vector<T> x) {
  const Vector<T> zero = hn::Zero(Tag<T>());
  return hn::IfThenElse(hn::Le(x, zero), zero, x);
}
template <class T>
HWY_INLINE Vector<T> leaky_relu(Vector<T> x, Vector<T> slope) {
  return hn::IfThenElse(hn::Gt(x, hn::Zero(Tag<T>())), x, hn::Mul(slope, x));
}
template <class T>
HWY_INLINE Vector<T> elu(Vector<T> x, Vector<T> alpha) {
  return hn::IfThenElse(hn::Gt(x, hn::Zero(Tag<T>())), x, hn::Mul(alpha, expm1<T>(x)));
}
template <class T>
HWY_INLINE Vector<T> hardtanh(Vector<T> x, Vector<T> low, Vector<T> high) {
  return hn::IfThenElse(hn::Le(x, low), low, hn::IfThenElse(hn::Ge(x, high), high, x));
}
template <class T>
HWY_INLINE Vector<T> floor(Vector<T> x) {
  return hn::Floor(x);
}
template <class T>
HWY_INLINE Vector<T> ceil(Vector<T> x) {
  return hn::Ceil(x);
}
/// Halves to the even one.
template <class T>
HWY_INLINE Vector<T> round(Vector<T> x) {
  return hn::Round(x);
}
template <class T>
HWY_INLINE Vector<T> square(Vector<T> x) {
  return hn::Mul(x, x);
}
template <class T>
HWY_INLINE Vector<T> cube(Vector<T> x) {
  return hn::Mul(hn::Mul(x, x), x);
}

/// −(t·log p + (1 − t)·log(1 − p)), the logarithms held at −100.
template <class T>
HWY_INLINE Vector<T> binary_cross_entropy(Vector<T> p, Vector<T> t) {
  const Vector<T> no = at_least<T>(log1p<T>(hn::Neg(p)), -100), yes = at_least<T>(log<T>(p), -100);
  return hn::Sub(hn::Mul(hn::Sub(t, constant<T>(1)), no), hn::Mul(t, yes));
}

template <class T>
HWY_INLINE Vector<T> tanh_gradient(Vector<T> g, Vector<T> y) {
  return hn::Mul(g, hn::NegMulAdd(y, y, constant<T>(1)));
}
template <class T>
HWY_INLINE Vector<T> sigmoid_gradient(Vector<T> g, Vector<T> y) {
  return hn::Mul(g, hn::Mul(y, hn::Sub(constant<T>(1), y)));
}
template <class T>
HWY_INLINE Vector<T> relu_gradient(Vector<T> g, Vector<T> y) {
  return hn::IfThenElseZero(hn::Gt(y, hn::Zero(Tag<T>())), g);
}
template <class T>
HWY_INLINE Vector<T> leaky_relu_gradient(Vector<T> g, Vector<T> x, Vector<T> slope) {
  return hn::IfThenElse(hn::Gt(x, hn::Zero(Tag<T>())), g, hn::Mul(slope, g));
}
template <class T>
HWY_INLINE Vector<T> softplus_gradient(Vector<T> g, Vector<T> x) {
  return hn::Mul(g, sigmoid<T>(x));
}
template <class T>
HWY_INLINE Vector<T> silu_gradient(Vector<T> g, Vector<T> x) {
  return hn::Mul(g, silu_slope<T>(x));
}
template <class T>
HWY_INLINE Vector<T> gelu_gradient(Vector<T> g, Vector<T> x) {
  return hn::Mul(g, gelu_slope<T>(x));
}

/// Walks n numbers a vector at a time. An argument of one number becomes a vector that is read again and
/// again.
template <class T, std::size_t Arity, class Body>
HWY_INLINE void walk(const Argument<T>* in, T* out, std::size_t n, const Body& body) {
  const Tag<T> tag;
  alignas(64) T repeated[Arity][lanes<T>()];
  const T* from[Arity];
  std::size_t step_of[Arity];
  for (std::size_t k = 0; k < Arity; ++k) {
    from[k] = in[k].data;
    step_of[k] = in[k].one ? 0 : lanes<T>();
    if (!in[k].one) continue;
    hn::Store(hn::Set(tag, *in[k].data), tag, repeated[k]);
    from[k] = repeated[k];
  }
  for (std::size_t i = 0; i < n; i += lanes<T>()) {
    Vector<T> x[Arity];
    for (std::size_t k = 0; k < Arity; ++k) {
      x[k] = hn::Load(tag, from[k]);
      from[k] += step_of[k];
    }
    hn::Store(body(x), tag, out + i);
  }
}

template <class T, auto f>
void unary(const Argument<T>* in, T, T* out, std::size_t n) {
  walk<T, 1>(in, out, n, [](const Vector<T>* x) { return f(x[0]); });
}
template <class T, auto f>
void binary(const Argument<T>* in, T, T* out, std::size_t n) {
  walk<T, 2>(in, out, n, [](const Vector<T>* x) { return f(x[0], x[1]); });
}
template <class T, auto f>
void ternary(const Argument<T>* in, T, T* out, std::size_t n) {
  walk<T, 3>(in, out, n, [](const Vector<T>* x) { return f(x[0], x[1], x[2]); });
}
template <class T, auto f>
void unary_with(const Argument<T>* in, T parameter, T* out, std::size_t n) {
  const Vector<T> p = hn::Set(Tag<T>(), parameter);
  walk<T, 1>(in, out, n, [&](const Vector<T>* x) { return f(x[0], p); });
}
template <class T, auto f>
void binary_with(const Argument<T>* in, T parameter, T* out, std::size_t n) {
  const Vector<T> p = hn::Set(Tag<T>(), parameter);
  walk<T, 2>(in, out, n, [&](const Vector<T>* x) { return f(x[0], x[1], p); });
}

/// Squares and cubes are products, as in the room.
template <class T>
void power(const Argument<T>* in, T exponent, T* out, std::size_t n) {
  if (exponent == T(2)) return unary<T, square<T>>(in, exponent, out, n);
  if (exponent == T(3)) return unary<T, cube<T>>(in, exponent, out, n);
  unary_with<T, pow<T>>(in, exponent, out, n);
}

template <class T>
constexpr ElementwiseKernel<T> elementwise[] = {
    {"abs", 1, unary<T, abs<T>>},
    {"acos", 1, unary<T, acos<T>>},
    {"add", 2, binary<T, add<T>>},
    {"asin", 1, unary<T, asin<T>>},
    {"atan", 1, unary<T, atan<T>>},
    {"binary_cross_entropy", 2, binary<T, binary_cross_entropy<T>>},
    {"ceil", 1, unary<T, ceil<T>>},
    {"clamp_max", 2, binary<T, minimum<T>>},
    {"clamp_min", 2, binary<T, maximum<T>>},
    {"cos", 1, unary<T, cos<T>>},
    {"cosh", 1, unary<T, cosh<T>>},
    {"divide", 2, binary<T, divide<T>>},
    {"elu", 1, unary_with<T, elu<T>>},
    {"equal", 2, binary<T, equal<T>>},
    {"erf", 1, unary<T, erf<T>>},
    {"erfc", 1, unary<T, erfc<T>>},
    {"exp", 1, unary<T, exp<T>>},
    {"expm1", 1, unary<T, expm1<T>>},
    {"floor", 1, unary<T, floor<T>>},
    {"gelu", 1, unary<T, gelu<T>>},
    {"greater", 2, binary<T, greater<T>>},
    {"greater_equal", 2, binary<T, greater_equal<T>>},
    {"hardtanh", 3, ternary<T, hardtanh<T>>},
    {"leaky_relu", 1, unary_with<T, leaky_relu<T>>},
    {"less", 2, binary<T, less<T>>},
    {"less_equal", 2, binary<T, less_equal<T>>},
    {"log", 1, unary<T, log<T>>},
    {"log1p", 1, unary<T, log1p<T>>},
    {"maximum", 2, binary<T, maximum<T>>},
    {"minimum", 2, binary<T, minimum<T>>},
    {"multiply", 2, binary<T, multiply<T>>},
    {"negate", 1, unary<T, negate<T>>},
    {"not_equal", 2, binary<T, not_equal<T>>},
    {"pow", 2, binary<T, pow<T>>},
    {"power", 1, power<T>},
    {"prelu", 2, binary<T, leaky_relu<T>>},
    {"relu", 1, unary<T, relu<T>>},
    {"round", 1, unary<T, round<T>>},
    {"sigmoid", 1, unary<T, sigmoid<T>>},
    {"sign", 1, unary<T, sign<T>>},
    {"silu", 1, unary<T, silu<T>>},
    {"sin", 1, unary<T, sin<T>>},
    {"sinh", 1, unary<T, sinh<T>>},
    {"softplus", 1, unary<T, softplus<T>>},
    {"sqrt", 1, unary<T, sqrt<T>>},
    {"step", 1, unary<T, step<T>>},
    {"subtract", 2, binary<T, subtract<T>>},
    {"tan", 1, unary<T, tan<T>>},
    {"tanh", 1, unary<T, tanh<T>>},
    {"where", 3, ternary<T, where<T>>},

    {"gelu_gradient", 2, binary<T, gelu_gradient<T>>},
    {"leaky_relu_gradient", 2, binary_with<T, leaky_relu_gradient<T>>},
    {"relu_gradient", 2, binary<T, relu_gradient<T>>},
    {"sigmoid_gradient", 2, binary<T, sigmoid_gradient<T>>},
    {"silu_gradient", 2, binary<T, silu_gradient<T>>},
    {"softplus_gradient", 2, binary<T, softplus_gradient<T>>},
    {"tanh_gradient", 2, binary<T, tanh_gradient<T>>},
};

template <class T>
constexpr VectorOps<T> ops_of() {
  return {elementwise<T>, sizeof(elementwise<T>) / sizeof(elementwise<T>[0]), sum<T>, cross_entropy_rows<T>,
          cross_entropy_features<T>};
}

}  // namespace

extern const VectorOps<float> ops_float;
constinit const VectorOps<float> ops_float = ops_of<float>();
#if HWY_TARGET != HWY_WASM
extern const VectorOps<double> ops_double;
constinit const VectorOps<double> ops_double = ops_of<double>();
#endif

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
