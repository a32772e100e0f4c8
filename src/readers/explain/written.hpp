#pragma once
#include <map>
#include <string>
#include <vector>

#include <hindsight/op.hpp>

namespace hindsight::explain {

using Names = std::map<std::uint64_t, std::string>;  // by the ids of nodes

/// A formula, how tightly it binds, and the shape that it has when it is read: broadcasts are not written.
struct Written {
  std::string text;
  Binding binding = Binding::call;
  Shape shape = {};
  /// Of a matrix product or a transpose: the transpose of it all, with its binding. Else empty.
  std::string transpose = {};
  Binding transpose_binding = Binding::power;
};

Written written_name(const Tensor& node, const std::string& name);
/// A leaf by its name; one that has none by its number, when all its elements are alike.
Written written_leaf(const Tensor& leaf);
/// What `node` computes from `inputs`, so that read_formula() understands it: by the operation's own text
/// where that is a notation that is read or a call, and else as a call of the operation's name.
Written written(const Tensor& node, std::vector<Written> inputs);

/// The formula of `node`, down to nodes that have a name.
Written written_down_to(const Tensor& node, const Names& names);

/// `node` and what it is made of, as far down as something has a name; in the order of the ids, which is that
/// of the computation. A node's whole history would make the formulas of a long chain quadratic.
std::map<std::uint64_t, Tensor> down_to_names(const Tensor& node, const Names& names);

/// Finds, among the parts of a formula in their order, those that are one number: made of numbers alone
/// (1/N), or of these and of labels by an operation that is not elementwise (a sum over one-hot rows), or a
/// whole number of such as have a name (log(e), but not 2*pi). Measured data are never one: where all of them
/// are alike, that is chance.
class Constants {
 public:
  bool folds(const Tensor& part, bool is_named);

 private:
  enum class Kind : std::uint8_t { number, symbol, label, variable };
  std::map<std::uint64_t, Kind> kinds_;
};
/// "1/200" of 0.005
Written written_number(double value);

/// [0, 1, …]
Shape all_axes(const Tensor& tensor);

/// All elements are the same number.
bool is_uniform(const Array& array);

/// The same node in LaTeX, from the operations' own latex; leaves by their names: "delta_z1" is \delta_{z_1}.
std::string latex(const Tensor& node);
std::string latex_name(const std::string& name);

}  // namespace hindsight::explain
