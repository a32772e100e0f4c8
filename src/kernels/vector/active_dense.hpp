#pragma once
// Back through a layer of relu units that end in one output, to what feeds them. Included only by narrow.cpp.
//
// Σₕ c[h] over the active units of a sample, with c[h] = out[h] w[h, k], has only so many values as there are
// sets of active units. Few units at a time, all sums of a group fit into one vector, from which a lane takes
// its own by the number that its active units spell in binary: two operations instead of one multiply-add a
// unit (Arlazarov et al., 1970, "the method of four Russians", multiply bits so).
#include <algorithm>
#include <bit>

#include "kernels/narrow.hpp"
#include "kernels/vector/partial_sums.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {

/// `Groups` groups of units, of so many units each as there are bits in the number of a lane.
template <class T, std::size_t Groups>
class ActiveGroups {
 public:
  static constexpr std::size_t group = std::countr_zero(lanes<T>()), units = Groups * group;
  static constexpr std::size_t most_vectors = 16;

  /// Units from h on, in the samples from `at` on.
  ActiveGroups(const ActiveDense<T>& p, std::size_t h, std::size_t at, std::size_t vectors)
      : p_(p), h_(h), at_(at), vectors_(vectors), count_(p.units - h < units ? p.units - h : units) {
    for (std::size_t v = 0; v < vectors; ++v)
      for (std::size_t g = 0; g < Groups; ++g) hn::Store(index_of(g, v), integers_, index_[v][g]);
  }

  /// y[k] = what these units add, times d and masked where they are the last, added to y where they are not
  /// the first.
  void add_to(std::size_t k) const {
    const Tag<T> tag;
    Vector<T> table[Groups];
#pragma GCC unroll 4
    for (std::size_t g = 0; g < Groups; ++g) table[g] = sums_of(g, k);
    const bool is_first = h_ == 0, is_last = h_ + count_ == p_.units;
    T* const y = p_.y + k * p_.stride + at_;
    const T* const mask = p_.mask + k * p_.stride + at_;
    const T* const d = p_.d + at_;
    for (std::size_t v = 0; v < vectors_; ++v) {
      const std::size_t i = v * n;
      Vector<T> sum = is_first ? hn::Zero(tag) : hn::Load(tag, y + i);
#pragma GCC unroll 4
      for (std::size_t g = 0; g < Groups; ++g)
        sum = hn::Add(
            sum, hn::TableLookupLanes(table[g], hn::IndicesFromVec(tag, hn::Load(integers_, index_[v][g]))));
      if (is_last)
        sum = hn::IfThenElseZero(hn::Gt(hn::Load(tag, mask + i), hn::Zero(tag)),
                                 hn::Mul(sum, hn::Load(tag, d + i)));
      hn::Store(sum, tag, y + i);
    }
  }

 private:
  static constexpr std::size_t n = lanes<T>();
  static constexpr hn::RebindToSigned<Tag<T>> integers_{};
  using Integer = hn::TFromD<hn::RebindToSigned<Tag<T>>>;

  bool has(std::size_t unit) const { return unit < count_; }

  hn::Vec<hn::RebindToSigned<Tag<T>>> index_of(std::size_t g, std::size_t v) const {
    const Tag<T> tag;
    auto index = hn::Zero(integers_);
    const T* hidden = p_.hidden + (h_ + g * group) * p_.stride + at_ + v * n;
#pragma GCC unroll 4
    for (std::size_t j = 0; j < group; ++j, hidden += p_.stride)
      if (has(g * group + j)) {
        const auto active = hn::RebindMask(integers_, hn::Gt(hn::Load(tag, hidden), hn::Zero(tag)));
        index = hn::IfThenElse(active, hn::Or(index, hn::Set(integers_, Integer(1) << j)), index);
      }
    return index;
  }
  /// In lane b the sum of the units that b has as bits.
  Vector<T> sums_of(std::size_t g, std::size_t k) const {
    const Tag<T> tag;
    const auto lane = hn::Iota(integers_, 0);
    Vector<T> sums = hn::Zero(tag);
    const T *const out = p_.out + h_ + g * group, *weight = p_.weights + (h_ + g * group) * p_.inputs + k;
#pragma GCC unroll 4
    for (std::size_t j = 0; j < group; ++j, weight += p_.inputs)
      if (has(g * group + j)) {
        const auto bit = hn::RebindMask(tag, hn::TestBit(lane, hn::Set(integers_, Integer(1) << j)));
        sums = hn::IfThenElse(bit, hn::MulAdd(hn::Set(tag, out[j]), hn::Set(tag, *weight), sums), sums);
      }
    return sums;
  }

  const ActiveDense<T>& p_;
  std::size_t h_, at_, vectors_, count_;
  alignas(64) Integer index_[most_vectors][Groups][n];
};

template <class T>
void active_dense(const ActiveDense<T>& p) {
  const auto add = [&]<std::size_t Groups>(std::size_t h, std::size_t v) {
    const ActiveGroups<T, Groups> groups(p, h, v * lanes<T>(),
                                         std::min(p.vectors - v, ActiveGroups<T, Groups>::most_vectors));
    for (std::size_t k = 0; k < p.inputs; ++k) groups.add_to(k);
  };
  for (std::size_t v = 0; v < p.vectors; v += ActiveGroups<T, 4>::most_vectors)
    for (std::size_t h = 0; h < p.units; h += ActiveGroups<T, 4>::units) {
      if (p.units - h > ActiveGroups<T, 2>::units)
        add.template operator()<4>(h, v);
      else
        add.template operator()<2>(h, v);
    }
}

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
