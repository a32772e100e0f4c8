// Forward mode: one sweep from the inputs up, each node's tangent made of those of its inputs.
#include <hindsight/autodiff/functional.hpp>
#include <hindsight/error.hpp>
#include <hindsight/graph.hpp>
#include <hindsight/op.hpp>
#include <hindsight/ops.hpp>

#include "autodiff/like.hpp"

namespace hindsight {
namespace {

/// ∂y/∂xᵢ · tangent. The Jacobian of an elementwise operation is diagonal, so that it hands a tangent on as
/// it does a cotangent. Any other states the transposed map u ↦ Jᵀu, which is linear in u: so ∂⟨Jᵀu,
/// tangent⟩/∂u = J · tangent, at whatever u (zeros here; see J. Townsend, "A new trick for calculating
/// Jacobian vector products", 2017).
Tensor pushed_forward(const Tensor& y, const Tensor& tangent, std::size_t i, bool record) {
  if (y.op().elementwise) {
    const NoGrad no_grad(record);
    return input_cotangent(y, tangent, i);
  }
  const EnableGrad enable;
  const Tensor u = zeros(y.shape(), {.dtype = y.dtype()}).requires_grad_();
  const Tensor inner = (input_cotangent(y, u, i) * tangent).sum();
  return inner.requires_grad() ? grad(inner, u, {.create_graph = record})
                               : zeros(y.shape(), {.dtype = y.dtype()});
}

}  // namespace

Tensor jvp(const Tensor& output, std::span<const Tensor> inputs, std::span<const Tensor> tangents,
           const FunctionalOptions& options) {
  require_like("jvp", "tangent", tangents, inputs);
  const Graph graph = Graph::differentiable(output);
  std::vector<Tensor> tangent(graph.size());
  std::vector<bool> given(graph.size());
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (const std::size_t at = graph.index_of(inputs[i]); at != Graph::none) {
      tangent[at] = tangent[at].defined() ? tangent[at] + tangents[i] : tangents[i];
      given[at] = true;
    }
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (given[i]) continue;  // an input is free: nothing that it was made from moves it
    const auto from = graph.inputs(i);
    for (std::size_t k = 0; k < from.size(); ++k) {
      if (from[k] == Graph::none || !tangent[from[k]].defined() || !graph[i].op().has_derivative(k)) continue;
      const Tensor part = pushed_forward(graph[i], tangent[from[k]], k, options.create_graph);
      const NoGrad no_grad(options.create_graph);
      tangent[i] = tangent[i].defined() ? tangent[i] + part : part;
    }
  }
  const bool reached = !tangent.empty() && tangent.back().defined();
  return reached ? tangent.back() : zeros(output.shape(), {.dtype = output.dtype()});
}

}  // namespace hindsight
