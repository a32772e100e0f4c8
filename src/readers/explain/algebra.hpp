#pragma once
#include <string>

#include <hindsight/tensor.hpp>

namespace hindsight::explain {

/// The formula of a scalar node as one would write it: "18x + 6" for 2 * (3 * x + 1) * 3. Read from the
/// operations' own texts: those that are + − * / ^ of their inputs are calculated with, and any other stands
/// for itself. Empty where it would be too long to be read.
std::string simplified(const Tensor& node);

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
