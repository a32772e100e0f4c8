#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <hindsight/document.hpp>
#include <hindsight/op.hpp>
#include <hindsight/tensor.hpp>

/// Readers that share out a gradient: to samples, and to the paths of the graph that add up to it.
namespace hindsight::blame {

/// One element of a node of the graph, as a step of a path.
struct Step {
  /// Index into Ledger::nodes.
  std::size_t node;
  /// Row-major position within the node.
  std::int64_t element;
  /// ∂(the element of the step before)/∂(this element), as the operation's `local` states it; 1 at the loss.
  double factor;
};

/// A way from the loss down to an element of the target.
struct Path {
  /// The row of the data that it passes through; `no_sample` for a way around the data (a penalty on
  /// weights).
  std::int64_t sample;
  /// The product of the factors and of the target element's weight.
  double contribution;
  /// From the loss to the target.
  std::vector<Step> steps;
  /// That of the target's element.
  double weight = 1;
};

struct SampleShare {
  std::int64_t sample;
  double contribution;
};

/// A node as messages name it.
struct NodeName {
  /// "0.weight" of a leaf, "1.relu" of what module 1 computed, "mean" outside modules.
  std::string name;
  Shape shape;
};

/// A gradient as the sum of what flows along every path from the loss to the target. All numbers come from
/// the operations' local derivatives; the gradient by backpropagation stands beside them.
struct Ledger {
  static constexpr std::int64_t no_sample = -1;

  /// "0.weight[3, 1]", or "0.weight" for all its elements together.
  std::string target;
  /// By backpropagation: ∂loss/∂element, or Σ weight · ∂loss/∂element where weights were given.
  double gradient = 0;
  bool is_weighted = false;
  /// What all paths add up to, and how much they move without regard to sign: Σ |contribution|.
  double sum = 0;
  double moved = 0;
  /// How many paths there are whose factors are not 0. (A double: they multiply by each layer's width.)
  double path_count = 0;
  /// For each sample that contributes, in their order; they add up to `sum`. Empty without data.
  std::vector<SampleShare> samples;
  /// The largest by |contribution|, largest first.
  std::vector<Path> paths;
  std::vector<NodeName> nodes;

  /// The sum of the listed paths, and of the rest.
  double listed() const;
  double rest() const { return sum - listed(); }
  /// The listed part of `moved`: 1 when nothing is left out.
  double share() const;
};

struct LedgerOptions {
  /// How many paths to list.
  std::size_t paths = 10;
  /// The samples, one a row, as the graph has them: an element of a node that depends on them and has as many
  /// rows belongs to the sample of its row. Left out: nothing is said of samples.
  Tensor data = {};
  /// From the loss to each element that a module hands to it, all ways are one step, whose factor is their
  /// sum: how a loss is written (softplus(z) − t·z) is no part of the network, and its parts may cancel.
  bool loss_in_one_step = false;
};

/// Decomposes ∂loss/∂node[element]; `node` may be a leaf, a parameter's value or any node in between. The
/// largest paths are exact and found best first, guided by the largest product that is left below each
/// element; no other path is looked at. Costs the local derivatives of every element between the loss and the
/// target. Throws ShapeError when the loss is no scalar, DTypeError unless it is float64, IndexError for an
/// element that is not there, ValueError when the loss does not depend on the node or a derivative is not
/// finite.
Ledger ledger(const Tensor& loss, const Tensor& node, std::int64_t element,
              const LedgerOptions& options = {});
/// The same of Σ weights ∘ ∂loss/∂node over all elements: with weights = value − reference it is what to
/// first order the loss would lose if the node had the reference's values.
Ledger ledger(const Tensor& loss, const Tensor& node, const Tensor& weights,
              const LedgerOptions& options = {});

/// "1.relu[0, 3]"
std::string place(const Ledger& ledger, const Step& step);

/// `most` is the number of samples listed one by one; in text and documents, steps that only pass a number on
/// (factor 1) are left out.
std::string to_text(const Ledger& ledger, std::size_t most = 10);
Document document(const Ledger& ledger, std::size_t most = 10);
std::string to_json(const Ledger& ledger);

}  // namespace hindsight::blame
