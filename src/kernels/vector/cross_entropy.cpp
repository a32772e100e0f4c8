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

/// softmax of one vector of samples into d, times scale. Writes the sums of e^(z − largest), and the largest.
template <class T>
HWY_INLINE void softmax_lanes(const CrossEntropyFeatures<T>& f, std::size_t at, std::size_t count, T* sums,
                              T* largest) {
  const Tag<T> tag;
  const auto counts = hn::FirstN(tag, count);
  const T* z = f.z + at;
  T* d = f.d + at;
  Vector<T> high = hn::Load(tag, z);
  for (std::size_t c = 1; c < f.classes; ++c) high = hn::Max(high, hn::Load(tag, z + c * f.stride));
  Vector<T> total = hn::Zero(tag);
  for (std::size_t c = 0; c < f.classes; ++c) {
    const Vector<T> e = exp<T>(hn::Sub(hn::Load(tag, z + c * f.stride), high));
    total = hn::Add(total, e);
    hn::Store(e, tag, d + c * f.stride);
  }
  const Vector<T> factor = hn::Div(hn::Set(tag, f.scale), total);
  for (std::size_t c = 0; c < f.classes; ++c)
    hn::Store(hn::IfThenElseZero(counts, hn::Mul(hn::Load(tag, d + c * f.stride), factor)), tag,
              d + c * f.stride);
  hn::Store(total, tag, sums);
  hn::Store(high, tag, largest);
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

template <class T>
double cross_entropy_features(const CrossEntropyFeatures<T>& f) {
  constexpr std::size_t n = lanes<T>();
  alignas(64) T sums[n], largest[n];
  double of_class[n];
  LogOfProduct product;
  double linear = 0;
  for (std::size_t at = 0; at < f.samples; at += n) {
    const std::size_t count = f.samples - at < n ? f.samples - at : n;
    const auto place = [&](std::size_t i) {
      return static_cast<std::size_t>(f.classes_of[at + i]) * f.stride + at + i;
    };
    for (std::size_t i = 0; i < count; ++i) of_class[i] = static_cast<double>(f.z[place(i)]);  // d may be z
    softmax_lanes<T>(f, at, count, sums, largest);
    for (std::size_t i = 0; i < count; ++i) {
      f.d[place(i)] -= f.scale;
      product.multiply(static_cast<double>(sums[i]));
      linear += static_cast<double>(largest[i]) - of_class[i];
    }
  }
  return linear + product.value();
}

template double cross_entropy_rows<float>(const CrossEntropyRows<float>&);
template double cross_entropy_features<float>(const CrossEntropyFeatures<float>&);
#if HWY_TARGET != HWY_WASM
template double cross_entropy_rows<double>(const CrossEntropyRows<double>&);
template double cross_entropy_features<double>(const CrossEntropyFeatures<double>&);
#endif

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
