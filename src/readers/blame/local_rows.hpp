#pragma once
#include <vector>

#include <hindsight/op.hpp>

namespace hindsight::blame {

/// The rows of a node's Jacobian, as local_derivatives() gives them, for many elements of one node: what is
/// the same for all is worked out once.
class LocalRows {
 public:
  /// Only the inputs that are `wanted` are looked at.
  LocalRows(const Tensor& y, const std::vector<bool>& wanted);

  /// Appends ∂y[element]/∂(input elements), without those that are 0.
  void append(std::int64_t element, std::vector<LocalDerivative>& row) const;

 private:
  struct Entry {
    std::int64_t element;
    double value;
  };
  /// The Jacobian by one input: a diagonal, a list of rows, or (neither) nothing known.
  struct Input {
    std::size_t position;
    Array diagonal;
    bool listed = false;
    std::vector<std::size_t> first;
    std::vector<Entry> entries;
  };

  bool by_probing(Input& input) const;
  bool one_output_each(Input& input) const;
  bool one_input_each(Input& input) const;
  void list(Input& input, const std::vector<std::int64_t>& output_of,
            const std::vector<std::int64_t>& input_of, const std::vector<double>& values) const;

  Tensor y_;
  std::vector<bool> wanted_;
  std::vector<Input> inputs_;
  bool row_by_row_ = false;
};

}  // namespace hindsight::blame
