// What stands at the edge of every graph: data, constants and the values of parameters. It is made, never
// applied.
#include <ostream>

#include <hindsight/error.hpp>
#include <hindsight/op.hpp>
#include <hindsight/random.hpp>

#include "base/format.hpp"
#include "graph/node.hpp"

namespace hindsight {

constinit const Op leaf_operation = {
    .name = "leaf",
    .latex = "{name}",
    .text = "{name}",
    .words = "a value that was given, not computed",
    .arity = 0,
    .rule = [](Operands, const Attributes&) -> TensorType {
      throw ValueError("a leaf is given, not applied");
    },
};

namespace {

Tensor leaf(Array array, const TensorOptions& options) {
  if (options.dtype) array = array.to(*options.dtype);
  Tensor result(std::move(array));
  return options.requires_grad ? result.requires_grad_() : result;
}

// A literal is float32 unless told otherwise, as a Python float is in PyTorch.
TensorOptions literal(TensorOptions options) {
  if (!options.dtype) options.dtype = float32;
  return options;
}

}  // namespace

Nested::Nested(std::initializer_list<Nested> rows) {
  shape_.push_back(static_cast<std::int64_t>(rows.size()));
  if (rows.size() == 0) return;
  const Shape& first = rows.begin()->shape();
  for (const Nested& row : rows) {
    if (row.shape() != first)
      fail<ShapeError>("the rows of a tensor must be equally long: one has shape {}, another {}", first.str(),
                       row.shape().str());
    numbers_.insert(numbers_.end(), row.numbers().begin(), row.numbers().end());
  }
  for (const std::int64_t length : first) shape_.push_back(length);
}

Tensor tensor(std::initializer_list<Nested> values, TensorOptions options) {
  const Nested nested(values);
  return leaf(Array::from(std::span<const double>(nested.numbers()), nested.shape()), literal(options));
}

template <Element T>
Tensor tensor(std::span<const T> values, Shape shape, TensorOptions options) {
  return leaf(Array::from(values, std::move(shape)), options);
}
template Tensor tensor(std::span<const float>, Shape, TensorOptions);
template Tensor tensor(std::span<const double>, Shape, TensorOptions);
template Tensor tensor(std::span<const std::int64_t>, Shape, TensorOptions);
template Tensor tensor(std::span<const bool>, Shape, TensorOptions);

Tensor full(Shape shape, double value, TensorOptions options) {
  options = literal(options);
  return leaf(Array::full(std::move(shape), value, *options.dtype), options);
}
Tensor zeros(Shape shape, TensorOptions options) { return full(std::move(shape), 0, options); }
Tensor ones(Shape shape, TensorOptions options) { return full(std::move(shape), 1, options); }

Tensor arange(std::int64_t n) {
  Array array({n}, int64);
  for (std::int64_t i = 0; i < n; ++i) array.mutable_data<std::int64_t>()[i] = i;
  return Tensor(std::move(array));
}

Tensor linspace(double first, double last, std::int64_t count, TensorOptions options) {
  Array array({count}, float64);
  const std::span<double> values(array.mutable_data<double>(), static_cast<std::size_t>(count));
  // numpy.linspace: the last point is `last` itself, the others are first + i·step.
  const double step = count > 1 ? (last - first) / static_cast<double>(count - 1) : 0;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = first + static_cast<double>(i) * step;
  if (count > 1) values.back() = last;
  return leaf(std::move(array), literal(options));
}

Tensor randn(const Shape& shape, TensorOptions options) {
  return leaf(default_generator().normal(shape), literal(options));
}
Tensor rand(const Shape& shape, TensorOptions options) {
  return leaf(default_generator().uniform(shape, 0, 1), literal(options));
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) { return out << tensor.str(); }

}  // namespace hindsight
