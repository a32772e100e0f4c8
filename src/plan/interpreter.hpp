#pragma once
#include <vector>

#include "plan/batch.hpp"
#include "plan/parameter_homes.hpp"

namespace hindsight {

/// The part of a step that is computed operation by operation before the samples are: what depends on no
/// sample and is no loop over parameters, such as step counts and their bias corrections, or masks. Its
/// values have fixed places.
class Interpreter {
 public:
  /// Chooses the nodes: those of another dtype than the step's, those without a vector kernel (`has_kernel`
  /// by node), and what they are made of. False, with the reason, when that depends on samples.
  bool choose(const Recording& recording, const Batch& batch, DType dtype,
              const std::vector<bool>& has_kernel, std::string& reason);
  bool is_empty() const { return order_.empty() && scalars_.empty() && assignments_.empty(); }
  bool computes(std::size_t node) const { return computed_[node]; }
  /// Whether a leaf is read here.
  bool reads(std::size_t leaf) const { return read_[leaf]; }

  /// Whether a parameter that is read here is assigned this node.
  bool assigns(std::size_t node) const;
  /// A home for a parameter that is read here.
  std::unique_ptr<ParameterHomes::Layout> layout(std::size_t leaf);
  void run();
  /// After the run: parameters take what was assigned to them.
  void assign();
  const Array& value(std::size_t node) const { return values_[node]; }
  std::string describe() const;

 private:
  void make_places();

  const Recording* recording_ = nullptr;
  std::vector<bool> computed_, read_;
  std::vector<std::size_t> order_, scalars_;  // the nodes to compute, and the leaves to ask first
  std::vector<Array> values_;                 // by node
  std::vector<std::pair<std::size_t, std::size_t>> assignments_;  // leaf, node
};

}  // namespace hindsight
