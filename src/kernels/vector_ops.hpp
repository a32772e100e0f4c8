#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

/// The vectorised forms of elementwise operations, by the names of their rooms (src/ops), and of losses over
/// rows. Every buffer begins at a multiple of 64 bytes and is padded to whole vectors (64 bytes are enough
/// for every target).
namespace hindsight::kernels {

struct Target;

/// n numbers, or one number that meets them all. A condition is a number too: not 0 is true.
template <class T>
struct Argument {
  const T* data;
  bool one = false;
};

/// out[i] = f(in[0][i], in[1][i], …) for i < n. n is rounded up to whole vectors: what pads the inputs may be
/// anything, what pads `out` is overwritten. `out` may be one of the inputs. Comparisons give 1 and 0.
///
/// Besides the operations with a room there are derivatives by a result, which cost less than their pieces:
///   tanh_gradient(g, y) = g (1 − y²)                 sigmoid_gradient(g, y) = g y (1 − y)
///   relu_gradient(g, y) = y > 0 ? g : 0              leaky_relu_gradient(g, x) = x > 0 ? g : slope · g
///   softplus_gradient(g, x) = g σ(x)                 silu_gradient(g, x) = g σ(x) (1 + x (1 − σ(x)))
///   gelu_gradient(g, x) = g (Φ(x) + x φ(x))
/// Largest errors: docs/accuracy.md.
template <class T>
struct ElementwiseKernel {
  std::string_view operation;
  int arity;
  /// `parameter` is the exponent of power, the slope of leaky_relu or the alpha of elu; the others do not
  /// look at it.
  void (*run)(const Argument<T>* in, T parameter, T* out, std::size_t n);
};

/// Softmax and cross entropy in one pass, one sample a row: class c of row r at z[r · stride + c].
/// d[r, c] = scale · (softmax(z[r])_c − [c = classes_of[r]]). Columns from `classes` to the end of their
/// vector are neither looked at nor kept. d may be z.
template <class T>
struct CrossEntropyRows {
  const T* z;
  const std::int64_t* classes_of;  // each in [0, classes)
  T* d;
  T scale;
  std::size_t rows, classes, stride;  // stride · sizeof(T) is a multiple of 64
};

/// The same with one sample a lane: class c of sample s at z[c · stride + s]. The residuals of the samples
/// from `samples` to the end of their vector are 0.
template <class T>
struct CrossEntropyFeatures {
  const T* z;
  const std::int64_t* classes_of;
  T* d;
  T scale;
  std::size_t samples, classes, stride;  // stride · sizeof(T) is a multiple of 64
};

template <class T>
struct VectorOps {
  const ElementwiseKernel<T>* elementwise;
  std::size_t elementwise_count;
  /// Σ x[i] over exactly n numbers, added in float64 and in an order that is the same on every target.
  double (*sum)(const T* x, std::size_t n);
  /// Both give the sum of the losses ln Σ e^z − z[class].
  double (*cross_entropy_rows)(const CrossEntropyRows<T>&);
  double (*cross_entropy_features)(const CrossEntropyFeatures<T>&);
};

/// Null where the target has no vectors of T (float64 on WebAssembly).
template <class T>
const VectorOps<T>* vector_ops(const Target& target);

/// The kernel of the operation of that name; null when there is none.
template <class T>
const ElementwiseKernel<T>* find_elementwise(const Target& target, std::string_view operation);

}  // namespace hindsight::kernels
