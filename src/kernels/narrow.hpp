#pragma once
#include <cstddef>
#include <limits>

/// Kernels for narrow layers: every feature is a row of samples, so that the lanes of a vector are samples
/// and a weight is a number that meets all of them.
///
/// A block of features is `features` rows of `stride` numbers each; a kernel works on the first `vectors`
/// vectors of every row. Rows begin at multiples of 64 bytes. Padding samples hold finite numbers.
///
/// Kernels copy what their loops read of a call: as far as the compiler knows, a store of numbers might
/// change it.
namespace hindsight::kernels {

/// y[o] = max(least, bias[o] + Σₖ w[o, k] · x[k]), or, where `mask` is given, the sum kept only where mask >
/// 0 (the derivative of max(0, ·), by its result).
template <class T>
struct NarrowDense {
  const T* x;
  const T* weights;
  std::ptrdiff_t output_step, input_step;         // between w[o, k] and its neighbours
  const T* bias;                                  // null: none
  const T* mask;                                  // null: none
  T least = -std::numeric_limits<T>::infinity();  // leaves every sum as it is; not with mask
  T* y;
  std::size_t inputs, outputs, vectors, stride;
};

/// sums[o · inputs + k] = Σ over samples of d[o] · x[k], and bias_sums[o] = Σ d[o], each as `sum_lanes`
/// partial sums.
template <class T>
struct NarrowProducts {
  const T* d;
  const T* x;
  T* sums;
  T* bias_sums;  // null: not asked for
  std::size_t outputs, inputs, vectors, stride;
  bool accumulate;  // add to what `sums` and `bias_sums` hold
};

/// The loss and its residual from logits z and targets t in [0, 1]:
/// loss = max(z, 0) − z·t + ln(1 + e^−|z|), residual d = scale · (σ(z) − t). Samples from `samples` on count
/// as nothing.
template <class T>
struct LogisticResidual {
  const T* z;
  const T* t;
  T* d;
  T scale;
  std::size_t samples, vectors;
};

/// Over all samples: of the losses, and of d.
struct LogisticSums {
  double loss, residual;
};

/// Two layers in one pass: hidden[h] = max(0, b₁[h] + Σₖ w₁[h, k] x[k]), z = b₂ + Σₕ w₂[h] hidden[h], with at
/// most four inputs and one output.
template <class T>
struct NarrowHidden {
  const T* x;
  const T *w1, *b1, *w2, *b2;
  T* hidden;
  T* z;
  std::size_t inputs, units, vectors, stride;
};

/// The same two layers for a single sample, with units in the lanes and any number of inputs: row k of w1
/// holds what meets x[k · stride], and begins `w1_stride` numbers behind the last. Weights and biases have
/// room for whole vectors, zeros behind their last number. Writes one vector of z, the same number in each
/// lane.
template <class T>
struct HiddenOfOne {
  const T* x;
  const T *w1, *b1, *w2, *b2;
  T* z;
  std::size_t inputs, units, w1_stride, stride;
};

/// On the way back through relu units with the results a[h] that end in one output Σₕ out[h] a[h], every
/// sample has one cotangent d, and out[h] meets all samples alike: sums are taken without it, and
/// unit_sums[h] = out[h] Σ d and input_sums[h · inputs + k] = out[h] Σ d x[k], both over the samples in which
/// unit h is active. hidden_sums[h] = Σ d a[h]. All are written as `sum_lanes` partial sums.
template <class T>
struct ActiveProducts {
  const T* x;
  const T* d;
  const T* hidden;  // a
  const T* out;
  T *unit_sums, *input_sums, *hidden_sums;
  std::size_t inputs, units, vectors, stride;
  bool accumulate;
};

/// Back through the same units to what feeds them: y[k] = d Σₕ out[h] w[h, k] over the units h that are
/// active in the sample, kept only where mask[k] > 0.
template <class T>
struct ActiveDense {
  const T* d;
  const T* hidden;
  const T *weights, *out;
  const T* mask;
  T* y;
  std::size_t inputs, units, vectors, stride;
};

template <class T>
struct NarrowKernels {
  std::size_t lanes;               // of a vector
  std::size_t sum_lanes;           // partial sums of a number that is summed over samples
  std::size_t most_active_inputs;  // of active_products
  void (*dense)(const NarrowDense<T>&);
  void (*products)(const NarrowProducts<T>&);
  LogisticSums (*logistic_residual)(const LogisticResidual<T>&);
  void (*hidden)(const NarrowHidden<T>&);
  void (*hidden_of_one)(const HiddenOfOne<T>&);
  void (*active_products)(const ActiveProducts<T>&);
  void (*active_dense)(const ActiveDense<T>&);  // null where the target has no mask registers
  /// out[i] = the sum of the `sum_lanes` numbers from sums[i · sum_lanes] on, neighbours first. `out` has
  /// room for whole vectors.
  void (*lane_sums)(const T* sums, std::size_t count, T* out);
};

}  // namespace hindsight::kernels
