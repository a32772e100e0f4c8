#pragma once
#include <array>

#include "plan/loops.hpp"

namespace hindsight {

/// Goes through the nodes that have samples, and through the sums over them, and gives each to the method of
/// a layout that knows it. What is common to all layouts stands here: which operations there are, and which
/// of them one kernel computes.
template <class T>
class SampleSchedule {
 public:
  explicit SampleSchedule(Loops<T>& plan) : plan_(plan) {}
  virtual ~SampleSchedule() = default;

  /// False, with the reason, when a node has no kernel.
  bool all(std::string& reason);

 protected:
  /// A loss and its residual, of the same logits and targets, come from one kernel: the losses added up, the
  /// residual with the constant that it meets. Nodes that are not there are Graph::none.
  struct FusedLoss {
    std::size_t logits = 0, targets = 0;
    std::size_t loss = Graph::none, total = Graph::none, residual = Graph::none, result = Graph::none;
    double scale = 1;

    /// "sigmoid(logits) - target, losses added up: %21"
    std::string text(const char* kind) const;
  };
  /// An operand of an elementwise operation: one number for all, or (null) the rows of a node.
  struct Operand {
    const T* number = nullptr;
    std::size_t node = 0;
  };

  const Graph& graph() const { return plan_.graph(); }
  std::string_view name(std::size_t i) const { return plan_.name(i); }
  std::size_t input(std::size_t i, std::size_t k) const { return plan_.input(i, k); }
  void mark_done(std::size_t node) {
    if (node != Graph::none) plan_.done[node] = true;
  }
  /// Σ over the samples of a node with as many columns, as a bias gradient; Graph::none when there is no such
  /// sum.
  std::size_t column_sum_of(std::size_t node) const;

  virtual bool has_rows(std::size_t node) const = 0;
  /// Where the numbers of a whole node lie one after the other; null when they do not.
  virtual const T* in_order(std::size_t node) const { return plan_.whole[node]; }

  // Each schedules a node whose samples are placed; false when the layout has no kernel for it.
  virtual bool affine(std::size_t node) = 0;   // x Wᵀ + b
  virtual bool product(std::size_t node) = 0;  // x W or x Wᵀ
  virtual bool elementwise(std::size_t node, const kernels::ElementwiseKernel<T>& kernel,
                           const std::array<Operand, 3>& operands) = 0;
  virtual bool weight_gradient(std::size_t node, std::size_t d, std::size_t x) = 0;  // Dᵀ X
  // And what every layout can do.
  virtual void share_rows(std::size_t node, std::size_t with) = 0;
  virtual void spread_column(std::size_t node, std::size_t from) = 0;  // a number for each sample
  virtual void spread_row(std::size_t node, const T* numbers) = 0;     // a number for each feature
  virtual void logistic(const FusedLoss& loss) = 0;
  virtual void softmax(const FusedLoss& loss, const std::int64_t* const* classes) = 0;
  virtual void bias_gradient(std::size_t node, std::size_t d) = 0;
  virtual void total(std::size_t node, std::size_t of) = 0;

 private:
  bool node(std::size_t i);
  bool view(std::size_t i);
  bool loss(std::size_t i);
  bool elementwise(std::size_t i);
  bool sum(std::size_t i);
  bool is_column_sum(std::size_t i) const;
  bool complete(FusedLoss& found, std::string_view loss, std::string_view residual) const;

  Loops<T>& plan_;
};

}  // namespace hindsight
