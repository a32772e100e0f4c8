#pragma once
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iosfwd>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <hindsight/array.hpp>
#include <hindsight/attributes.hpp>

namespace hindsight {

struct Op;
struct Node;
struct Hooks;
class Parameter;
class Tensor;
struct ValuesAndIndices;

using Inputs = InlineVector<Tensor, 2>;

/// The axes that a reduction runs over: none named or {} (all of them, as in PyTorch), one, or several in
/// braces: x.sum(), x.sum(-1), x.sum({0, 2}). An empty Shape names none of them.
class Axes {
 public:
  Axes() = default;
  Axes(std::int64_t axis) : named_(Shape{axis}) {}
  Axes(std::initializer_list<std::int64_t> axes) : named_(axes) {}
  Axes(Shape axes) : named_(std::move(axes)) {}
  Axes(std::optional<Shape> axes) : named_(std::move(axes)) {}

  const std::optional<Shape>& named() const noexcept { return named_; }

 private:
  std::optional<Shape> named_;
};

/// PyTorch's flag, and no number that would be taken for one: var(0) names an axis.
template <class T>
concept Unbiased = std::is_same_v<T, bool>;

/// Takes a hook out again. Outlives the tensor without harm. (torch.utils.hooks.RemovableHandle)
class RemovableHandle {
 public:
  RemovableHandle() = default;
  void remove();

 private:
  friend class Tensor;
  std::weak_ptr<Hooks> hooks_;
  std::uint64_t id_ = 0;
};

/// A handle to an immutable node of the graph: a value, and the operation and inputs that made it. Copying a
/// handle costs one atomic reference count; nothing that a handle refers to ever changes, so views and
/// sharing are safe. Names and meanings follow torch.Tensor; there are no in-place operations.
class Tensor {
 public:
  Tensor() = default;
  /// A leaf that holds `value`.
  explicit Tensor(Array value);
  /// A float32 scalar.
  explicit Tensor(double value);
  Tensor(const Tensor& other) noexcept;
  Tensor(Tensor&& other) noexcept : node_(other.node_) { other.node_ = nullptr; }
  Tensor& operator=(Tensor other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~Tensor();

  /// False for a default-made handle, which refers to nothing.
  bool defined() const noexcept { return node_ != nullptr; }
  /// Greater than the id of every input, so that sorting by id is a topological order.
  std::uint64_t id() const;

  const Shape& shape() const;
  std::int64_t size(std::int64_t axis) const;
  std::int64_t dim() const;
  std::int64_t elements() const;
  DType dtype() const;

  /// The value. `array()` may be strided and, while a step is captured, abstract.
  const Array& array() const;
  /// The numbers in row-major order. Throws DTypeError when T is not the dtype, StateError inside a capture.
  template <class T>
  std::vector<T> to_vector() const;
  /// A window on the numbers without copying; the tensor must be contiguous (see contiguous()).
  template <class T>
  std::span<const T> data() const;
  /// The one element, converted to T. Throws ShapeError when there are more, StateError inside a capture.
  template <class T = double>
  T item() const;
  std::string str() const;

  /// The history: what made this value. A leaf has no inputs.
  const Op& op() const;
  std::span<const Tensor> inputs() const;
  const Tensor& input(std::size_t i) const { return inputs()[i]; }
  const Attributes& attributes() const;
  bool is_leaf() const;
  /// The module whose forward made this node ("0" or "encoder.1"), empty outside modules.
  std::string module_path() const;
  /// A leaf's name: of its Parameter, or as given by named().
  std::string name() const;
  /// Gives a leaf a name that graphs and messages use; returns this tensor.
  Tensor named(std::string name) const;

  /// A leaf with this value that gradients flow into; the gradient is read with grad() after backward().
  Tensor requires_grad_() const;
  bool requires_grad() const;
  /// The value without its history.
  Tensor detach() const;
  /// Adds d(this)/d(leaf) to grad() of every leaf and Parameter that this scalar depends on.
  /// Throws ShapeError when this is not a scalar, and StateError when a Parameter has moved since.
  void backward() const;
  /// As backward() of sum(this * cotangent); for tensors that are no scalars.
  void backward(const Tensor& cotangent) const;
  /// The gradient that backward() has added up in this leaf; undefined before the first.
  Tensor grad() const;
  /// Calls `hook` with the gradient of this tensor whenever backward() or hindsight::grad() has computed it,
  /// before it flows on or is added to grad(). What the hook returns replaces the gradient; an undefined
  /// Tensor (or nothing) leaves it. Hooks run in the order in which they were registered, those of a
  /// Parameter for every later value of it too. As torch.Tensor.register_hook. Throws StateError when this
  /// tensor requires no gradient; the pass throws ShapeError when a replacement has another shape or dtype.
  template <class F>
  RemovableHandle register_hook(F hook) const {
    if constexpr (std::is_void_v<std::invoke_result_t<F&, const Tensor&>>)
      return add_hook([hook = std::move(hook)](const Tensor& gradient) mutable {
        hook(gradient);
        return Tensor();
      });
    else
      return add_hook(std::move(hook));
  }

  Tensor to(DType dtype) const;
  Tensor contiguous() const;
  Tensor reshape(const Shape& shape) const;
  Tensor permute(const Shape& axes) const;
  Tensor transpose(std::int64_t a, std::int64_t b) const;
  /// The transpose of a matrix; what has fewer axes stays as it is.
  Tensor t() const;
  Tensor broadcast_to(const Shape& shape) const;
  /// Entry `index` along the first axis, which disappears.
  Tensor operator[](std::int64_t index) const;
  /// Entries start, start + step, … before `stop` along `axis`, as x[start:stop:step] in Python: negative
  /// ones count from the end, and what lies beyond an end is cut off. Throws ValueError for a step below 1.
  Tensor slice(std::int64_t axis, std::int64_t start,
               std::int64_t stop = std::numeric_limits<std::int64_t>::max(), std::int64_t step = 1) const;

  /// Shapes, as the functions of <hindsight/ops/shape.hpp>.
  Tensor flatten(std::int64_t start_axis = 0, std::int64_t end_axis = -1) const;
  Tensor squeeze() const;
  Tensor squeeze(std::int64_t axis) const;
  Tensor unsqueeze(std::int64_t axis) const;
  Tensor expand(const Shape& sizes) const;
  Tensor repeat(const Shape& times) const;
  Tensor flip(const Shape& axes) const;
  Tensor narrow(std::int64_t axis, std::int64_t start, std::int64_t length) const;
  Tensor select(std::int64_t axis, std::int64_t index) const;
  std::vector<Tensor> split(std::int64_t size, std::int64_t axis = 0) const;
  std::vector<Tensor> split(const Shape& sizes, std::int64_t axis = 0) const;
  std::vector<Tensor> chunk(std::int64_t chunks, std::int64_t axis = 0) const;
  Tensor gather(std::int64_t axis, const Tensor& index) const;
  Tensor scatter_add(std::int64_t axis, const Tensor& index, const Tensor& source) const;
  Tensor index_select(std::int64_t axis, const Tensor& index) const;
  Tensor masked_fill(const Tensor& mask, double value) const;
  Tensor tril(std::int64_t diagonal = 0) const;
  Tensor triu(std::int64_t diagonal = 0) const;
  Tensor diagonal(std::int64_t offset = 0, std::int64_t axis1 = 0, std::int64_t axis2 = 1) const;

  /// Reductions, as the functions of <hindsight/ops/reductions.hpp>.
  Tensor sum(const Axes& axes = {}, bool keepdim = false) const;
  Tensor mean(const Axes& axes = {}, bool keepdim = false) const;
  Tensor prod(const Axes& axes = {}, bool keepdim = false) const;
  Tensor max() const { return amax(); }
  Tensor min() const { return amin(); }
  ValuesAndIndices max(std::int64_t axis, bool keepdim = false) const;
  ValuesAndIndices min(std::int64_t axis, bool keepdim = false) const;
  Tensor amax(const Axes& axes = {}, bool keepdim = false) const;
  Tensor amin(const Axes& axes = {}, bool keepdim = false) const;
  Tensor argmax(std::optional<std::int64_t> axis = {}, bool keepdim = false) const;
  Tensor argmin(std::optional<std::int64_t> axis = {}, bool keepdim = false) const;
  Tensor var(const Axes& axes = {}, double correction = 1, bool keepdim = false) const;
  Tensor std(const Axes& axes = {}, double correction = 1, bool keepdim = false) const;
  Tensor var(Unbiased auto unbiased) const { return var(Axes(), unbiased); }
  Tensor std(Unbiased auto unbiased) const { return std(Axes(), unbiased); }
  Tensor logsumexp(const Axes& axes, bool keepdim = false) const;
  Tensor norm(double p = 2, const Axes& axes = {}, bool keepdim = false) const;
  Tensor norm(std::string_view p, const Axes& axes = {}, bool keepdim = false) const;
  Tensor cumsum(std::int64_t axis) const;
  Tensor any(const Axes& axes = {}, bool keepdim = false) const;
  Tensor all(const Axes& axes = {}, bool keepdim = false) const;

  Tensor matmul(const Tensor& other) const;
  Tensor pow(double exponent) const;
  Tensor exp() const;
  Tensor log() const;
  Tensor sqrt() const;
  Tensor abs() const;
  Tensor relu() const;
  Tensor sigmoid() const;
  Tensor tanh() const;

  /// True when both handles refer to the same node. (`==` compares elements.)
  bool is(const Tensor& other) const noexcept { return node_ == other.node_; }

 private:
  friend struct Node;
  explicit Tensor(Node* adopted) noexcept : node_(adopted) {}
  RemovableHandle add_hook(std::function<Tensor(const Tensor&)> hook) const;

  Node* node_ = nullptr;
};

/// What max(axis) and min(axis) give: `auto [values, indices] = x.max(1)`.
struct ValuesAndIndices {
  Tensor values, indices;
};

/// A number, or a list of equally long lists: how braces are read.
class Nested {
 public:
  Nested(double number) : numbers_{number} {}
  Nested(std::initializer_list<Nested> rows);

  const std::vector<double>& numbers() const noexcept { return numbers_; }
  const Shape& shape() const noexcept { return shape_; }

 private:
  std::vector<double> numbers_;
  Shape shape_;
};

/// A tensor of the given numbers; its dtype is that of T unless `dtype` says otherwise.
/// `tensor({1.0, 2.0})` is float32, PyTorch's default for Python floats; say `{.dtype = float64}` for proofs.
struct TensorOptions {
  std::optional<DType> dtype = {};
  bool requires_grad = false;
};
Tensor full(Shape shape, double value, TensorOptions options = {});
template <class T>
requires std::is_arithmetic_v<T> Tensor tensor(T value, TensorOptions options = {}) {
  return full({}, static_cast<double>(value), options);
}
/// Braces within braces, to any depth: {1, 2}, {{1, 2}, {3, 4}}; {} has no element. Throws ShapeError where
/// rows are not equally long.
Tensor tensor(std::initializer_list<Nested> values, TensorOptions options = {});
/// Row-major `values` under `shape`; keeps T as the dtype. Throws ShapeError when the numbers do not fill the
/// shape.
template <Element T>
Tensor tensor(std::span<const T> values, Shape shape, TensorOptions options = {});
template <Element T>
Tensor tensor(const std::vector<T>& values, Shape shape, TensorOptions options = {}) {
  return tensor(std::span<const T>(values), std::move(shape), options);
}
/// Other integers become int64.
template <class T>
requires(std::is_integral_v<T> && !Element<T>) Tensor
    tensor(const std::vector<T>& values, Shape shape, TensorOptions options = {}) {
  return tensor(std::vector<std::int64_t>(values.begin(), values.end()), std::move(shape), options);
}
/// Numbers in braces, or in a variable that holds such a list.
template <class T>
requires std::is_arithmetic_v<T> Tensor tensor(std::initializer_list<T> values, TensorOptions options = {}) {
  if (!options.dtype) options.dtype = float32;
  return tensor(std::vector<double>(values.begin(), values.end()), {static_cast<std::int64_t>(values.size())},
                options);
}
/// The values as they are, along one axis.
template <class T>
requires std::is_arithmetic_v<T> Tensor tensor(const std::vector<T>& values) {
  return tensor(values, {static_cast<std::int64_t>(values.size())});
}
Tensor zeros(Shape shape, TensorOptions options = {});
Tensor ones(Shape shape, TensorOptions options = {});
/// 0, 1, …, n − 1 as int64.
Tensor arange(std::int64_t n);
/// `count` numbers from `first` to `last`, both included.
Tensor linspace(double first, double last, std::int64_t count, TensorOptions options = {});
/// Standard normal numbers, and uniform ones in [0, 1), from the default generator (see random.hpp).
Tensor randn(const Shape& shape, TensorOptions options = {});
Tensor rand(const Shape& shape, TensorOptions options = {});

/// Prints the values as NumPy does.
std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

}  // namespace hindsight
