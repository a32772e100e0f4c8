#pragma once
#include <string>
#include <vector>

#include <hindsight/tensor.hpp>

#include "readers/explain/written.hpp"

namespace hindsight::explain {

/// The formula of a node as one would write it: "18x + 6" for 2 * (3 * x + 1) * 3. Read from the operations'
/// own texts: those that are + − * / ^ of their inputs are calculated with, element by element, and any other
/// stands for itself, as do nodes with `names`. Empty where it would be too long to be read. With `here` the
/// formula is that of these numbers: where maximum(a, b) is a at every element, it is a, and `here` is told.
std::string simplified(const Tensor& node, const Names& names = {}, std::vector<std::string>* here = nullptr);

/// Of where(c, a, b) with a condition that is known here, the branch: 1 or 2. A condition keeps no history,
/// so the formula is that of this side of a bend. 0 where it is not known, and for any other node.
std::size_t chosen_branch(const Tensor& node);

/// `node` depends on a condition, or on an operation that bends where its inputs meet. Comparisons keep no
/// history, so the formula of its derivative is that of one side.
bool is_decided_by_comparing(const Tensor& node);

/// A polynomial in its variables, multiplied out: "9x^2 + 6x + 1", and its derivative by one of them, term by
/// term. Both empty where the node is no polynomial, or too long a one.
struct Polynomial {
  std::string text;
  std::string derivative;
};
Polynomial polynomial(const Tensor& node, const std::string& variable);

}  // namespace hindsight::explain
