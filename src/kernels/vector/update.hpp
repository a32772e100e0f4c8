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

/// w = keep · w − step · (g + decay · w). Without decay two operations fall away that would change no bit.
template <class T, bool Decays>
struct SgdRule {
  static constexpr bool reads = true, moments = false;
  Vector<T> step, decay, keep;
  HWY_INLINE explicit SgdRule(const Update& how)
      : step(constant<T>(how.step)), decay(constant<T>(how.decay)), keep(constant<T>(how.keep)) {}
  HWY_INLINE void operator()(Vector<T> g, T* w, T*, T*) const {
    const Tag<T> tag;
    Vector<T> old = hn::Load(tag, w);
    if constexpr (Decays) {
      g = hn::MulAdd(decay, old, g);
      old = hn::Mul(keep, old);
    }
    hn::Store(hn::NegMulAdd(step, g, old), tag, w);
  }
};

/// old − step · m / (√v · scale + ε)
template <class T>
HWY_INLINE Vector<T> adam_step(Vector<T> old, Vector<T> step, Vector<T> m, Vector<T> v, Vector<T> scale,
                               Vector<T> epsilon) {
  if constexpr (HWY_TARGET <= HWY_AVX3 && sizeof(T) == 4) {
    // 14 good bits of r ≈ 1/√x and of i ≈ 1/q become 23 by a Newton step: √x ≈ x r/2 · (3 − x r²) and
    // 1/q ≈ i · (2 − q i). x is held where its root has an inverse; a NaN passes.
    const Vector<T> x = hn::Min(constant<T>(3.4e38), hn::Add(v, constant<T>(1.2e-38)));
    const Vector<T> r = hn::ApproximateReciprocalSqrt(x), s = hn::Mul(x, r);
    const Vector<T> half = hn::Mul(s, hn::Mul(scale, constant<T>(0.5)));
    const Vector<T> q = hn::MulAdd(half, hn::NegMulAdd(s, r, constant<T>(3)), epsilon);
    const Vector<T> i = hn::ApproximateReciprocal(q);
    return hn::NegMulAdd(hn::Mul(hn::Mul(step, m), i), hn::NegMulAdd(q, i, constant<T>(2)), old);
  } else {
    return hn::NegMulAdd(step, hn::Div(m, hn::MulAdd(hn::Sqrt(v), scale, epsilon)), old);
  }
}

/// PyTorch's Adam and AdamW; see `Rule::adam`.
template <class T, bool Decays>
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
    Vector<T> old = hn::Load(tag, w);
    if constexpr (Decays) {
      g = hn::MulAdd(decay, old, g);
      old = hn::Mul(keep, old);
    }
    const Vector<T> first = hn::Load(tag, m);
    const Vector<T> mean = hn::MulAdd(rest1, hn::Sub(g, first), first);
    const Vector<T> square = hn::MulAdd(hn::Mul(rest2, g), g, hn::Mul(beta2, hn::Load(tag, v)));
    hn::Store(mean, tag, m);
    hn::Store(square, tag, v);
    hn::Store(adam_step<T>(old, step, mean, square, scale, epsilon), tag, w);
  }
};

/// use(rule)
template <class T, class Use>
HWY_INLINE void with_rule(const Update& how, const Use& use) {
  const bool decays = how.decay != 0 || how.keep != 1;
  switch (how.rule) {
    case Rule::store:
      return use(StoreRule<T>());
    case Rule::add:
      return use(AddRule<T>());
    case Rule::sgd:
      return decays ? use(SgdRule<T, true>(how)) : use(SgdRule<T, false>(how));
    default:
      return decays ? use(AdamRule<T, true>(how)) : use(AdamRule<T, false>(how));
  }
}

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
