#include <hindsight/autodiff.hpp>
#include <hindsight/error.hpp>
#include <hindsight/graph.hpp>
#include <hindsight/op.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "graph/anomaly.hpp"
#include "graph/hooks.hpp"
#include "graph/mode.hpp"
#include "graph/node.hpp"
#include "graph/parameter_state.hpp"
#include "graph/scope.hpp"

namespace hindsight {
namespace {

/// The cotangent of input k. In anomaly mode only what comes out of a derivative counts: on the way it may
/// meet infinities that it masks.
Tensor handed_on(const Tensor& node, const Tensor& cotangent, std::size_t k) {
  if (!mode().anomaly) return input_cotangent(node, cotangent, k);
  const auto unwatched = [&] {
    const DetectAnomaly off(false);
    return input_cotangent(node, cotangent, k);
  };
  Tensor result = unwatched();
  require_finite_gradient(node, cotangent, k, result);
  return result;
}

/// One pass from the output back to the leaves: each node hands its cotangent on to its inputs.
class Sweep {
 public:
  Sweep(const Tensor& output, Tensor cotangent)
      : graph_(Graph::differentiable(output)), cotangents_(graph_.size()) {
    if (!cotangents_.empty()) cotangents_.back() = std::move(cotangent);
  }

  const Graph& graph() const { return graph_; }

  /// Runs through the nodes for which `wanted` holds or that lie between the output and such a node, and
  /// keeps the cotangents of the wanted ones.
  void run(const std::vector<bool>& wanted) {
    std::vector<bool> leads = wanted;
    for (std::size_t i = 0; i < graph_.size(); ++i)
      for (const std::size_t input : graph_.inputs(i))
        if (input != Graph::none && leads[input]) leads[i] = true;

    for (std::size_t i = graph_.size(); i-- > 0;) {
      if (!leads[i] || !cotangents_[i].defined()) continue;
      cotangents_[i] = passed_through_hooks(graph_[i], std::move(cotangents_[i]));
      const Tensor cotangent = wanted[i] ? cotangents_[i] : std::move(cotangents_[i]);
      const ScopeEntry module(Node::of(graph_[i]).scope);
      const auto inputs = graph_.inputs(i);
      for (std::size_t k = 0; k < inputs.size(); ++k)
        if (inputs[k] != Graph::none && leads[inputs[k]]) add(inputs[k], handed_on(graph_[i], cotangent, k));
    }
  }

  const Tensor& cotangent(std::size_t i) const { return cotangents_[i]; }

 private:
  void add(std::size_t i, Tensor cotangent) {
    Tensor& total = cotangents_[i];
    total = total.defined() ? total + cotangent : std::move(cotangent);
  }

  Graph graph_;
  std::vector<Tensor> cotangents_;
};

Tensor checked_cotangent(const Tensor& output, const Tensor& given, const char* caller) {
  if (!output.requires_grad())
    fail<StateError>(
        "{}: the output does not depend on anything that requires a gradient: no parameter and no "
        "requires_grad_() leaf "
        "was used, or it was computed under NoGrad",
        caller);
  if (!given.defined()) {
    if (output.elements() != 1)
      fail<ShapeError>(
          "{}: the output has shape {} and is no scalar: reduce it (sum, mean) or give a cotangent of that "
          "shape",
          caller, output.shape().str());
    return ones(output.shape(), {.dtype = output.dtype()});
  }
  if (given.shape() != output.shape() || given.dtype() != output.dtype())
    fail<ShapeError>("{}: the cotangent is {} {} and must be like the output, {} {}", caller,
                     name(given.dtype()), given.shape().str(), name(output.dtype()), output.shape().str());
  return given;
}

std::shared_ptr<Parameter::State> home_of(const Tensor& leaf) {
  const auto& facts = Node::of(leaf).leaf;
  return facts ? facts->parameter.lock() : nullptr;
}

void require_unmoved(const Tensor& leaf, const Parameter::State& home) {
  if (Node::of(leaf).leaf->version != home.version)
    fail<StateError>(
        "backward: parameter \"{}\" has moved since this graph was built (version {}, now {}), so its "
        "gradient must not be "
        "added to the parameter's; hindsight::grad() differentiates old graphs",
        home.name, Node::of(leaf).leaf->version, home.version);
}

}  // namespace

void Tensor::backward(const Tensor& given) const {
  const Tensor seed = checked_cotangent(*this, given, "backward");
  const NoGrad no_grad;
  Sweep sweep(*this, seed);
  const Graph& graph = sweep.graph();
  std::vector<bool> leaves(graph.size());
  for (std::size_t i = 0; i < graph.size(); ++i) {
    leaves[i] = graph[i].is_leaf();
    if (const auto home = leaves[i] ? home_of(graph[i]) : nullptr) require_unmoved(graph[i], *home);
  }
  sweep.run(leaves);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const Tensor& gradient = sweep.cotangent(i);
    if (!leaves[i] || !gradient.defined()) continue;
    if (const auto home = home_of(graph[i])) {
      Parameter parameter = Parameter::of(home);
      const Tensor before = home->grad_was_fused_away ? Tensor() : parameter.grad();
      parameter.set_grad(before.defined() ? before + gradient : gradient);
    } else {
      Tensor& total = Node::leaf_of(graph[i]).grad;
      total = total.defined() ? total + gradient : gradient;
    }
  }
}

void Tensor::backward() const { backward(Tensor()); }

namespace {

/// The node of `input`; for a parameter that has moved since, the leaf that was its value in this graph.
std::size_t index_in(const Graph& graph, const Tensor& input) {
  const std::size_t index = graph.index_of(input);
  const auto home = home_of(input);
  if (index != Graph::none || !home) return index;
  for (std::size_t i = 0; i < graph.size(); ++i)
    if (graph[i].is_leaf() && home_of(graph[i]) == home) return i;
  return Graph::none;
}

}  // namespace

std::vector<Tensor> grad(const Tensor& output, std::span<const Tensor> inputs, const GradOptions& options) {
  const Tensor seed = checked_cotangent(output, options.cotangent, "grad");
  const NoGrad no_grad(options.create_graph);
  Sweep sweep(output, seed);
  std::vector<bool> wanted(sweep.graph().size());
  std::vector<std::size_t> index;
  for (const Tensor& input : inputs) {
    index.push_back(index_in(sweep.graph(), input));
    if (index.back() != Graph::none) wanted[index.back()] = true;
  }
  sweep.run(wanted);
  std::vector<Tensor> gradients;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Tensor found = index[i] == Graph::none ? Tensor() : sweep.cotangent(index[i]);
    gradients.push_back(found.defined() ? found : zeros(inputs[i].shape(), {.dtype = inputs[i].dtype()}));
  }
  return gradients;
}

Tensor grad(const Tensor& output, const Tensor& input, const GradOptions& options) {
  return grad(output, std::span(&input, 1), options)[0];
}

NoGrad::NoGrad(bool still_record) : before_(mode().grad) { mode().grad = still_record && before_; }
NoGrad::~NoGrad() { mode().grad = before_; }
bool grad_enabled() { return mode().grad; }
EnableGrad::EnableGrad() : before_(mode().grad) { mode().grad = true; }
EnableGrad::~EnableGrad() { mode().grad = before_; }
DetectAnomaly::DetectAnomaly(bool on) : before_(mode().anomaly) { mode().anomaly = on; }
DetectAnomaly::~DetectAnomaly() { mode().anomaly = before_; }
bool anomaly_enabled() { return mode().anomaly; }

}  // namespace hindsight
