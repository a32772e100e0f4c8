#pragma once
#include <cstddef>
#include <type_traits>

/// Kernels for wide layers, on matrices that are stored in column panels: a panel's rows lie one after
/// another, so that a register block reads and writes memory in order and nothing is ever packed on the way.
///
/// Padding (rows from `rows` on, columns from `columns` on) holds any bits, even NaN: no kernel adds any of
/// it to a number of the matrix itself, and every kernel may write junk there.
///
/// Nothing splits a sum: each element is added up in one order, whatever rows or panels a call was given, so
/// that bits do not depend on how work is shared out.
namespace hindsight::kernels {

/// Rows of a panel are allocated up to a multiple of this; calls that take rows of a weight begin at such a
/// multiple.
constexpr std::size_t panel_rows = 16;

/// A view of a matrix in column panels: element (r, c) is data[(c / width) · stride + r · width + c % width].
/// `data` lies at a multiple of 64 bytes; `width` is once or twice the lanes of the target.
template <class T>
struct Panels {
  T* data;
  std::size_t rows, columns, width, stride;

  // Always inlined, for this header is compiled for several instruction sets and the linker would keep one of
  // them.
  [[gnu::always_inline]] std::size_t count() const { return (columns + width - 1) / width; }
  [[gnu::always_inline]] T* panel(std::size_t j) const { return data + j * stride; }
  [[gnu::always_inline]] T& at(std::size_t r, std::size_t c) const {
    return panel(c / width)[r * width + c % width];
  }
  /// Panels [first, last) as a matrix of their own.
  [[gnu::always_inline]] Panels part(std::size_t first, std::size_t last) const {
    const std::size_t end = last * width < columns ? last * width : columns;
    return {panel(first), rows, end - first * width, width, stride};
  }
  [[gnu::always_inline]] operator Panels<const T>() const requires(!std::is_const_v<T>) {
    return {data, rows, columns, width, stride};
  }
};

/// The `stride` of a matrix of so many rows in panels of this width, in numbers.
[[gnu::always_inline]] constexpr inline std::size_t panel_stride(std::size_t rows, std::size_t width) {
  return (rows + panel_rows - 1) / panel_rows * panel_rows * width;
}

enum class Then {
  nothing,
  relu,           // max(0, ·)
  keep_positive,  // · where `other` > 0, else 0: the derivative of max(0, ·), by its result
  multiply,       // · times `other`
};

/// out = then(a · b + bias): a is rows × K, b is K × N, out is rows × N in panels as wide as b's.
template <class T>
struct PanelProduct {
  Panels<const T> a, b;
  Panels<T> out;
  const T* bias;  // N numbers with room for whole panels; null: none
  Then then;
  const T* other;  // a matrix in out's layout, for `keep_positive` and `multiply`
};

enum class Rule {
  store,  // w = g
  add,    // w = w + g
  sgd,    // w = keep · w − step · (g + decay · w)
  adam,   // g' = g + decay · w, m = m + (1 − β₁)(g' − m), v = β₂ v + (1 − β₂) g'²,
          // w = keep · w − step · m / (√v · root_scale + ε)
};

/// What becomes of a gradient. In PyTorch's terms (torch.optim.Adam, AdamW and SGD): `step` is the learning
/// rate, for Adam over 1 − β₁ᵗ; root_scale = 1 / √(1 − β₂ᵗ); `decay` is weight_decay of SGD and Adam; keep =
/// 1 − lr · weight_decay for AdamW, else 1.
///
/// On AVX-512 in float, 1 / (√v · root_scale + ε) comes from estimates with one Newton step each; the change
/// of w is within a relative 1e-6 of the formula's, for ε ≥ 1e-12 and v in the range of normal numbers.
struct Update {
  Rule rule = Rule::store;
  double step = 0, decay = 0, keep = 1;
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, root_scale = 1;
};

/// w, m and v ← update(aᵀ · d): a is batch × K, d is batch × N, w is K × N in panels as wide as d's.
template <class T>
struct PanelGradient {
  Panels<const T> a, d;
  Panels<T> w;  // the weights, or for `store` and `add` their gradient
  T *m, *v;     // in w's layout; for `adam`
  Update update;
};

template <class T>
struct PanelKernels {
  std::size_t lanes;
  /// Rows [first, last) of out.
  void (*product)(const PanelProduct<T>&, std::size_t first, std::size_t last);
  /// y = then(x · w + bias) of one sample: `then` is nothing or relu, and y has room for whole panels, at a
  /// multiple of 64 bytes. The same bits as `product` of that row.
  void (*row_product)(const T* x, const Panels<const T>& w, const T* bias, Then then, T* y);
  /// Rows [first, last) of panel j of w; `first` is a multiple of panel_rows, and so is `last` or it is K.
  void (*gradient)(const PanelGradient<T>&, std::size_t j, std::size_t first, std::size_t last);
  /// The same update for n numbers: the same bits for each. For biases, and for gradients that were kept.
  void (*update)(const Update&, const T* g, T* w, T* m, T* v, std::size_t n);
  /// sums[c] = Σᵣ matrix(r, c); `sums` has room for whole panels, at a multiple of 64 bytes.
  void (*column_sums)(const Panels<const T>& matrix, T* sums);
  /// transposed(c, r) = matrix(r, c) for rows [first, last) (as `gradient` takes them) of the matrix's panel
  /// j.
  void (*transpose)(const Panels<const T>& matrix, const Panels<T>& transposed, std::size_t j,
                    std::size_t first, std::size_t last);
  /// matrix(r, c) = from[r · row_step + c · column_step] for rows [first, last).
  void (*pack)(const T* from, std::ptrdiff_t row_step, std::ptrdiff_t column_step, const Panels<T>& matrix,
               std::size_t first, std::size_t last);
  /// to[r · row_step + c · column_step] = matrix(r, c) for rows [first, last).
  void (*unpack)(const Panels<const T>& matrix, T* to, std::ptrdiff_t row_step, std::ptrdiff_t column_step,
                 std::size_t first, std::size_t last);
};

}  // namespace hindsight::kernels
