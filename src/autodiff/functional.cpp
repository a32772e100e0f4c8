// torch.autograd.functional, made of grad() and the forward sweep.
#include <hindsight/autodiff/functional.hpp>
#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "autodiff/like.hpp"
#include "base/format.hpp"

namespace hindsight {

void require_like(const char* caller, const char* vector, std::span<const Tensor> vectors,
                  std::span<const Tensor> of) {
  if (vectors.size() != of.size())
    fail<ValueError>("{}: got {} {}s for {} inputs: give one for each", caller, vectors.size(), vector,
                     of.size());
  for (std::size_t i = 0; i < of.size(); ++i)
    if (vectors[i].array().type() != of[i].array().type())
      fail<ShapeError>("{}: {} {} is {} {} and must be like its input, {} {}", caller, vector, i,
                       name(vectors[i].dtype()), vectors[i].shape().str(), name(of[i].dtype()),
                       of[i].shape().str());
}

namespace {

using Tensors = std::vector<Tensor>;

/// What a function is called with: leaves with the values of the inputs; where the derivative is to be
/// differentiated by the inputs, nodes that hang on these.
Tensors fresh(const Tensors& inputs, bool create_graph, const char* caller) {
  Tensors leaves;
  for (const Tensor& input : inputs) {
    if (!is_floating(input.dtype()))
      fail<DTypeError>("{}: input {} is {}, and derivatives are by float32 and float64 only", caller,
                       leaves.size(), name(input.dtype()));
    leaves.push_back(create_graph && input.requires_grad() ? input * 1.0 : input.detach().requires_grad_());
  }
  return leaves;
}

Tensor scalar_of(const Tensor& output, const char* caller) {
  if (output.elements() != 1)
    fail<ShapeError>("{}: the function returned shape {} and must return a scalar: reduce it (sum, mean)",
                     caller, output.shape().str());
  return output.shape().empty() ? output : output.reshape({});
}

Tensors gradients_of(const Tensor& output, const Tensors& inputs, const GradOptions& options) {
  if (output.requires_grad()) return grad(output, inputs, options);
  Tensors zero;  // the function does not depend on its inputs
  for (const Tensor& input : inputs) zero.push_back(zeros(input.shape(), {.dtype = input.dtype()}));
  return zero;
}

/// `v`, or ones in its place, where PyTorch allows that: the vector of a scalar.
Tensors vectors_of(const Tensors& v, const Tensors& like, const char* caller) {
  if (v.size() == 1 && like.size() == 1 && !v[0].defined()) {
    if (like[0].elements() != 1)
      fail<ShapeError>("{}: the input has shape {} and is no scalar: give a vector v of that shape", caller,
                       like[0].shape().str());
    return {ones(like[0].shape(), {.dtype = like[0].dtype()})};
  }
  require_like(caller, "vector", v, like);
  return v;
}

/// Rows joined to one matrix, [rows, elements of a row]; by halves, so that a row is copied log(rows) times.
Tensor stacked(std::span<const Tensor> rows) {
  if (rows.size() == 1) return rows[0].reshape({1, rows[0].elements()});
  const std::size_t half = rows.size() / 2;
  const Tensor top = stacked(rows.first(half)), bottom = stacked(rows.subspan(half));
  const std::int64_t all = top.size(0) + bottom.size(0);
  return pad(top, 0, 0, all) + pad(bottom, 0, top.size(0), all);
}

Shape joined(Shape shape, const Shape& more) {
  for (const std::int64_t length : more) shape.push_back(length);
  return shape;
}

Tensor one_hot_like(const Tensor& x, std::int64_t element) {
  Array array = Array::full({x.elements()}, 0, x.dtype());
  dispatch(x.dtype(), [&](auto zero) { array.mutable_data<decltype(zero)>()[element] = decltype(zero)(1); });
  return Tensor(array.reshaped(x.shape()));
}

/// Row e of the Jacobian by a backward pass from output element e.
Tensors by_rows(const Tensor& output, const Tensors& inputs, bool create_graph) {
  std::vector<Tensors> rows(inputs.size());
  for (std::int64_t e = 0; e < output.elements(); ++e) {
    const Tensors row =
        gradients_of(output, inputs, {.create_graph = create_graph, .cotangent = one_hot_like(output, e)});
    for (std::size_t i = 0; i < inputs.size(); ++i) rows[i].push_back(row[i]);
  }
  Tensors jacobians;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    jacobians.push_back(stacked(rows[i]).reshape(joined(output.shape(), inputs[i].shape())));
  return jacobians;
}

/// Column e of the Jacobian by a forward sweep along input element e.
Tensors by_columns(const Tensor& output, const Tensors& inputs, bool create_graph) {
  Tensors jacobians;
  for (const Tensor& input : inputs) {
    Tensors columns;
    for (std::int64_t e = 0; e < input.elements(); ++e) {
      const Tensor tangent = one_hot_like(input, e);
      columns.push_back(
          jvp(output, std::span(&input, 1), std::span(&tangent, 1), {.create_graph = create_graph}));
    }
    jacobians.push_back(stacked(columns).t().reshape(joined(output.shape(), input.shape())));
  }
  return jacobians;
}

Tensor dot(const Tensors& a, const Tensors& b) {
  Tensor total = (a[0] * b[0]).sum();
  for (std::size_t i = 1; i < a.size(); ++i) total = total + (a[i] * b[i]).sum();
  return total;
}

TensorsFunction of_several(const TensorFunction& function) {
  return [&function](std::span<const Tensor> in) { return function(in[0]); };
}

}  // namespace

std::pair<Tensor, Tensors> vjp(const TensorsFunction& function, const Tensors& inputs, const Tensor& v,
                               const FunctionalOptions& options) {
  const EnableGrad enable;
  const Tensors at = fresh(inputs, options.create_graph, "vjp");
  const Tensor output = function(at);
  if (!v.defined() && output.elements() != 1)
    fail<ShapeError>("vjp: the function returned shape {}, which is no scalar: give a vector v of that shape",
                     output.shape().str());
  const Tensor cotangent = v.defined() ? v : ones(output.shape(), {.dtype = output.dtype()});
  require_like("vjp", "vector", std::span(&cotangent, 1), std::span(&output, 1));
  Tensors product = gradients_of(output, at, {.create_graph = options.create_graph, .cotangent = cotangent});
  return {options.create_graph ? output : output.detach(), std::move(product)};
}

std::pair<Tensor, Tensor> jvp(const TensorsFunction& function, const Tensors& inputs, const Tensors& v,
                              const FunctionalOptions& options) {
  const EnableGrad enable;
  const Tensors at = fresh(inputs, options.create_graph, "jvp");
  const Tensors tangents = vectors_of(v, at, "jvp");
  const Tensor output = function(at);
  Tensor product = jvp(output, at, tangents, options);
  return {options.create_graph ? output : output.detach(), std::move(product)};
}

Tensors jacobian(const TensorsFunction& function, const Tensors& inputs, const JacobianOptions& options) {
  const EnableGrad enable;
  const Tensors at = fresh(inputs, options.create_graph, "jacobian");
  const Tensor output = function(at);
  bool empty = output.elements() == 0;
  for (const Tensor& input : at) empty |= input.elements() == 0;
  if (empty) {
    Tensors nothing;
    for (const Tensor& input : at)
      nothing.push_back(zeros(joined(output.shape(), input.shape()), {.dtype = output.dtype()}));
    return nothing;
  }
  return options.strategy == JacobianStrategy::reverse_mode ? by_rows(output, at, options.create_graph)
                                                            : by_columns(output, at, options.create_graph);
}

std::vector<Tensors> hessian(const TensorsFunction& function, const Tensors& inputs,
                             const FunctionalOptions& options) {
  std::vector<Tensors> blocks;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const TensorsFunction gradient = [&](std::span<const Tensor> at) {
      const Tensor output = scalar_of(function(at), "hessian");
      return gradients_of(output, Tensors(at.begin(), at.end()), {.create_graph = true})[i];
    };
    blocks.push_back(jacobian(gradient, inputs, {.create_graph = options.create_graph}));
  }
  return blocks;
}

std::pair<Tensor, Tensors> vhp(const TensorsFunction& function, const Tensors& inputs, const Tensors& v,
                               const FunctionalOptions& options) {
  const EnableGrad enable;
  const Tensors at = fresh(inputs, options.create_graph, "vhp");
  const Tensors vectors = vectors_of(v, at, "vhp");
  const Tensor output = scalar_of(function(at), "vhp");
  const Tensors gradient = gradients_of(output, at, {.create_graph = true});
  Tensors product = gradients_of(dot(gradient, vectors), at, {.create_graph = options.create_graph});
  return {options.create_graph ? output : output.detach(), std::move(product)};
}

// Forward over reverse: the gradient's change along v, for each input's gradient one sweep of its graph.
std::pair<Tensor, Tensors> hvp(const TensorsFunction& function, const Tensors& inputs, const Tensors& v,
                               const FunctionalOptions& options) {
  const EnableGrad enable;
  const Tensors at = fresh(inputs, options.create_graph, "hvp");
  const Tensors vectors = vectors_of(v, at, "hvp");
  const Tensor output = scalar_of(function(at), "hvp");
  Tensors product;
  for (const Tensor& gradient : gradients_of(output, at, {.create_graph = true}))
    product.push_back(jvp(gradient, at, vectors, options));
  return {options.create_graph ? output : output.detach(), std::move(product)};
}

std::pair<Tensor, Tensor> vjp(const TensorFunction& function, const Tensor& input, const Tensor& v,
                              const FunctionalOptions& options) {
  auto [output, product] = vjp(of_several(function), Tensors{input}, v, options);
  return {output, product[0]};
}
std::pair<Tensor, Tensor> jvp(const TensorFunction& function, const Tensor& input, const Tensor& v,
                              const FunctionalOptions& options) {
  return jvp(of_several(function), Tensors{input}, Tensors{v}, options);
}
Tensor jacobian(const TensorFunction& function, const Tensor& input, const JacobianOptions& options) {
  return jacobian(of_several(function), Tensors{input}, options)[0];
}
Tensor hessian(const TensorFunction& function, const Tensor& input, const FunctionalOptions& options) {
  return hessian(of_several(function), Tensors{input}, options)[0][0];
}
std::pair<Tensor, Tensor> hvp(const TensorFunction& function, const Tensor& input, const Tensor& v,
                              const FunctionalOptions& options) {
  auto [output, product] = hvp(of_several(function), Tensors{input}, Tensors{v}, options);
  return {output, product[0]};
}
std::pair<Tensor, Tensor> vhp(const TensorFunction& function, const Tensor& input, const Tensor& v,
                              const FunctionalOptions& options) {
  auto [output, product] = vhp(of_several(function), Tensors{input}, Tensors{v}, options);
  return {output, product[0]};
}

}  // namespace hindsight
