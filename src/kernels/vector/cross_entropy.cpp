#include "kernels/vector/math.hpp"
#include "kernels/vector/reductions.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {
namespace {

/// Σ ln fᵢ as ln ∏ fᵢ: one logarithm for many factors that are finite and at least 1.
class LogOfProduct {
 public:
  void multiply(double factor) {
    product_ *= factor;
    if (product_ < 0x1p900) return;
    logarithm_ += __builtin_log(product_);
    product_ = 1;
  }
  double value() const { return logarithm_ + __builtin_log(product_); }

 private:
  double product_ = 1, logarithm_ = 0;
};

/// x in the first `count` lanes, and in the others −∞, which no maximum takes and whose exponential is 0.
template <class T>
HWY_INLINE Vector<T> first_or_lowest(Vector<T> x, std::size_t count) {
  const Vector<T> lowest = constant<T>(-double(std::numeric_limits<T>::infinity()));
  return hn::IfThenElse(hn::FirstN(Tag<T>(), count), x, lowest);
}

/// softmax of one row into d, times scale. Gives Σ e^(z − largest), and the largest.
template <class T>
HWY_INLINE T softmax_row(const T* z, T* d, std::size_t classes, T scale, T& largest) {
  const Tag<T> tag;
  constexpr std::size_t n = lanes<T>();
  const std::size_t last =
      (classes - 1) / n * n;  // where the last vector begins, of which `rest` lanes count
  const Vector<T> end = first_or_lowest<T>(hn::Load(tag, z + last), classes - last);
  Vector<T> high = end;
  for (std::size_t c = 0; c < last; c += n) high = hn::Max(high, hn::Load(tag, z + c));
  high = hn::MaxOfLanes(tag, high);
  largest = hn::GetLane(high);

  const Vector<T> end_power = exp<T>(hn::Sub(end, high));
  Vector<T> total = end_power;
  for (std::size_t c = 0; c < last; c += n) {
    const Vector<T> e = exp<T>(hn::Sub(hn::Load(tag, z + c), high));
    total = hn::Add(total, e);
    hn::Store(e, tag, d + c);
  }
  total = hn::SumOfLanes(tag, total);
  const Vector<T> factor = hn::Div(hn::Set(tag, scale), total);
  for (std::size_t c = 0; c < last; c += n) hn::Store(hn::Mul(hn::Load(tag, d + c), factor), tag, d + c);
  hn::Store(hn::Mul(end_power, factor), tag, d + last);
  return hn::GetLane(total);
}

/// What the samples of a column of vectors add to the loss Σ ln Σ e^(z − largest) + (largest − z of the
/// class).
template <class T>
class LossOfLanes {
 public:
  explicit LossOfLanes(std::size_t classes) {
    // A sum of powers is at most the number of classes, and 2^100 is a number of either kind.
    std::size_t bits = 1;
    for (std::size_t most = 1; most < classes; most *= 2) bits += 1;
    most_ = 100 / bits;
  }
  void add(Vector<T> total, Vector<T> linear) {
    product_ = hn::Mul(product_, total);
    linear_ = hn::Add(linear_, linear);
    if (++count_ == most_) restart();
  }
  double value() {
    restart();
    return sum_ + logarithm_.value();
  }

 private:
  void restart() {
    alignas(64) T product[lanes<T>()], linear[lanes<T>()];
    hn::Store(product_, Tag<T>(), product);
    hn::Store(linear_, Tag<T>(), linear);
    for (const T factor : product) logarithm_.multiply(static_cast<double>(factor));
    for (const T number : linear) sum_ += static_cast<double>(number);
    product_ = constant<T>(1);
    linear_ = hn::Zero(Tag<T>());
    count_ = 0;
  }

  Vector<T> product_ = constant<T>(1), linear_ = hn::Zero(Tag<T>());
  std::size_t most_, count_ = 0;
  LogOfProduct logarithm_;
  double sum_ = 0;
};

/// softmax of one vector of samples into d, less one at each class, times scale. `counts` tells the lanes
/// that are samples, `of` their classes.
template <class T, class Mask>
HWY_INLINE void softmax_lanes(const CrossEntropyFeatures<T>& f, std::size_t at, const Mask& counts,
                              Vector<T> of, LossOfLanes<T>& loss) {
  const Tag<T> tag;
  const Vector<T> one = constant<T>(1), scale = hn::Set(tag, f.scale);
  const std::size_t classes = f.classes, stride = f.stride;
  const T* const z = f.z + at;
  T* const d = f.d + at;
  Vector<T> high = hn::Load(tag, z), chosen = high, c_lanes = one;
  for (std::size_t c = 1; c < classes; ++c, c_lanes = hn::Add(c_lanes, one)) {
    const Vector<T> logit = hn::Load(tag, z + c * stride);
    high = hn::Max(high, logit);
    chosen = hn::IfThenElse(hn::Eq(c_lanes, of), logit, chosen);
  }
  Vector<T> total = hn::Zero(tag);
  for (std::size_t c = 0; c < classes; ++c) {
    const Vector<T> x = hn::Sub(hn::Load(tag, z + c * stride), high);
    const Vector<T> e = exp_or_zero<T>(x);
    total = hn::Add(total, e);
    hn::Store(e, tag, d + c * stride);
  }
  const Vector<T> factor = hn::Div(scale, total);
  c_lanes = hn::Zero(tag);
  for (std::size_t c = 0; c < classes; ++c, c_lanes = hn::Add(c_lanes, one)) {
    const Vector<T> share = hn::Mul(hn::Load(tag, d + c * stride), factor);
    const Vector<T> residual = hn::Sub(share, hn::IfThenElseZero(hn::Eq(c_lanes, of), scale));
    hn::Store(hn::IfThenElseZero(counts, residual), tag, d + c * stride);
  }
  loss.add(hn::IfThenElse(counts, total, one), hn::IfThenElseZero(counts, hn::Sub(high, chosen)));
}

}  // namespace

// Three loops over a block of rows, since numbers of single lanes hold up vectors that have just been stored.
template <class T>
double cross_entropy_rows(const CrossEntropyRows<T>& rows) {
  constexpr std::size_t block = 64;
  T sums[block], largest[block];
  LogOfProduct product;
  double linear = 0;
  for (std::size_t first = 0; first < rows.rows; first += block) {
    const std::size_t count = rows.rows - first < block ? rows.rows - first : block;
    const auto place = [&](std::size_t r) {
      return (first + r) * rows.stride + static_cast<std::size_t>(rows.classes_of[first + r]);
    };
    for (std::size_t r = 0; r < count; ++r)
      linear -= static_cast<double>(rows.z[place(r)]);  // first: d may be z
    for (std::size_t r = 0; r < count; ++r) {
      const std::size_t at = (first + r) * rows.stride;
      sums[r] = softmax_row<T>(rows.z + at, rows.d + at, rows.classes, rows.scale, largest[r]);
    }
    for (std::size_t r = 0; r < count; ++r) {
      rows.d[place(r)] -= rows.scale;
      product.multiply(static_cast<double>(sums[r]));
      linear += static_cast<double>(largest[r]);
    }
  }
  return linear + product.value();
}

// The classes of a block come first: a vector of numbers that were just stored one by one would wait for
// them.
template <class T>
double cross_entropy_features(const CrossEntropyFeatures<T>& f) {
  constexpr std::size_t n = lanes<T>(), block = 256;
  alignas(64) T classes_of[block] = {};
  LossOfLanes<T> loss(f.classes);
  for (std::size_t first = 0; first < f.samples; first += block) {
    const std::size_t count = f.samples - first < block ? f.samples - first : block;
    for (std::size_t i = 0; i < count; ++i) classes_of[i] = static_cast<T>(f.classes_of[first + i]);
    for (std::size_t at = 0; at < count; at += n)
      softmax_lanes<T>(f, first + at, hn::FirstN(Tag<T>(), count - at), hn::Load(Tag<T>(), classes_of + at),
                       loss);
  }
  return loss.value();
}

template double cross_entropy_rows<float>(const CrossEntropyRows<float>&);
template double cross_entropy_features<float>(const CrossEntropyFeatures<float>&);
#if HWY_TARGET != HWY_WASM
template double cross_entropy_rows<double>(const CrossEntropyRows<double>&);
template double cross_entropy_features<double>(const CrossEntropyFeatures<double>&);
#endif

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
