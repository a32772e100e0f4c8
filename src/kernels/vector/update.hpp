#pragma once
// The rules by which a gradient changes a weight, a vector at a time: the gradient kernel's last step and the
// loop over numbers are made of the same lines. Included only by this folder's files.
#include "kernels/panels.hpp"
#include "kernels/vector/math.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {

template <class T>
struct StoreRule {
  static constexpr bool reads = false, moments = false;
  HWY_INLINE void operator()(Vector<T> g, T* w, T*, T*) const { hn::Store(g, Tag<T>(), w); }
};

template <class T>
struct AddRule {
  static constexpr bool reads = true, moments = false;
  HWY_INLINE void operator()(Vector<T> g, T* w, T*, T*) const {
    hn::Store(hn::Add(hn::Load(Tag<T>(), w), g), Tag<T>(), w);
  }
};

/// w = keep · w − step · (g + decay · w)
template <class T>
struct SgdRule {
  static constexpr bool reads = true, moments = false;
  Vector<T> step, decay, keep;
  HWY_INLINE explicit SgdRule(const Update& how)
      : step(constant<T>(how.step)), decay(constant<T>(how.decay)), keep(constant<T>(how.keep)) {}
  HWY_INLINE void operator()(Vector<T> g, T* w, T*, T*) const {
    const Tag<T> tag;
    const Vector<T> old = hn::Load(tag, w);
    g = hn::MulAdd(decay, old, g);
    hn::Store(hn::NegMulAdd(step, g, hn::Mul(keep, old)), tag, w);
  }
};

/// m / (√v · scale + ε)
template <class T>
HWY_INLINE Vector<T> normalised(Vector<T> m, Vector<T> v, Vector<T> scale, Vector<T> epsilon) {
  if constexpr (HWY_TARGET <= HWY_AVX3 && sizeof(T) == 4) {
    // 14 good bits of 1/√x and of 1/q become 23 by a Newton step: √x ≈ s + s/2 · (1 − s r) with r ≈ 1/√x and
    // s = x r; 1/q ≈ i + i · (1 − q i). Held where neither 1/√x nor its square leaves the numbers; a NaN
    // passes.
    const Vector<T> one = constant<T>(1);
    const Vector<T> x = hn::Min(constant<T>(3.4e38), hn::Max(constant<T>(1.2e-38), v));
    const Vector<T> r = hn::ApproximateReciprocalSqrt(x), s = hn::Mul(x, r);
    const Vector<T> root = hn::MulAdd(hn::Mul(constant<T>(0.5), s), hn::NegMulAdd(s, r, one), s);
    const Vector<T> q = hn::MulAdd(root, scale, epsilon);
    const Vector<T> i = hn::ApproximateReciprocal(q);
    return hn::Mul(m, hn::MulAdd(i, hn::NegMulAdd(q, i, one), i));
  } else {
    return hn::Div(m, hn::MulAdd(hn::Sqrt(v), scale, epsilon));
  }
}

/// PyTorch's Adam and AdamW; see `Rule::adam`.
template <class T>
struct AdamRule {
  static constexpr bool reads = true, moments = true;
  Vector<T> step, decay, keep, rest1, beta2, rest2, epsilon, scale;
  HWY_INLINE explicit AdamRule(const Update& how)
      : step(constant<T>(how.step)),
        decay(constant<T>(how.decay)),
        keep(constant<T>(how.keep)),
        rest1(constant<T>(1 - how.beta1)),
        beta2(constant<T>(how.beta2)),
        rest2(constant<T>(1 - how.beta2)),
        epsilon(constant<T>(how.epsilon)),
        scale(constant<T>(how.root_scale)) {}
  HWY_INLINE void operator()(Vector<T> g, T* w, T* m, T* v) const {
    const Tag<T> tag;
    const Vector<T> old = hn::Load(tag, w), first = hn::Load(tag, m);
    g = hn::MulAdd(decay, old, g);
    const Vector<T> mean = hn::MulAdd(rest1, hn::Sub(g, first), first);
    const Vector<T> square = hn::MulAdd(hn::Mul(rest2, g), g, hn::Mul(beta2, hn::Load(tag, v)));
    hn::Store(mean, tag, m);
    hn::Store(square, tag, v);
    hn::Store(hn::NegMulAdd(step, normalised<T>(mean, square, scale, epsilon), hn::Mul(keep, old)), tag, w);
  }
};

/// use(rule)
template <class T, class Use>
HWY_INLINE void with_rule(const Update& how, const Use& use) {
  switch (how.rule) {
    case Rule::store:
      return use(StoreRule<T>());
    case Rule::add:
      return use(AddRule<T>());
    case Rule::sgd:
      return use(SgdRule<T>(how));
    default:
      return use(AdamRule<T>(how));
  }
}

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
