// Forward mode: one sweep from the inputs up, each node's tangent made of those of its inputs.
#include <map>

#include <hindsight/autodiff/functional.hpp>
#include <hindsight/error.hpp>
#include <hindsight/graph.hpp>
#include <hindsight/op.hpp>
#include <hindsight/ops.hpp>

#include "autodiff/like.hpp"
#include "graph/capture.hpp"

namespace hindsight {
namespace {

/// What was recorded after the placeholder, once more and with numbers: zeros for the placeholder.
class Computed {
 public:
  explicit Computed(const Tensor& placeholder) : placeholder_(placeholder) {}

  Tensor of(const Tensor& node) {
    if (node.is(placeholder_)) return zeros(node.shape(), {.dtype = node.dtype()});
    if (node.id() < placeholder_.id() || node.is_leaf()) return node;
    const auto known = values_.find(node.id());
    if (known != values_.end()) return known->second;
    Inputs inputs;
    for (std::size_t k = 0; k < node.inputs().size(); ++k) inputs.push_back(of(node.input(k)));
    return values_[node.id()] = apply(node.op(), std::move(inputs), node.attributes());
  }

 private:
  Tensor placeholder_;
  std::map<std::uint64_t, Tensor> values_;
};

/// ∂y/∂xᵢ · tangent. The Jacobian of an elementwise operation is diagonal, so that it hands a tangent on as
/// it does a cotangent. Any other states the transposed map u ↦ Jᵀu, which is linear in u: so ∂⟨Jᵀu,
/// tangent⟩/∂u = J · tangent, at whatever u (J. Townsend, "A new trick for calculating Jacobian vector
/// products", 2017). Jᵀu itself is only recorded: nobody needs its numbers.
Tensor pushed_forward(const Tensor& y, const Tensor& tangent, std::size_t i, bool record) {
  if (y.op().elementwise) {
    const NoGrad no_grad(record);
    return input_cotangent(y, tangent, i);
  }
  const EnableGrad enable;
  Capture capture;
  const Tensor u = capture.placeholder(y.array().type(), "u").requires_grad_();
  const Tensor inner = (input_cotangent(y, u, i) * tangent).sum();
  const Tensor pushed = inner.requires_grad() ? grad(inner, u) : Tensor();
  capture.finish();
  const NoGrad no_grad(record);
  return pushed.defined() ? Computed(u).of(pushed) : zeros(y.shape(), {.dtype = y.dtype()});
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
