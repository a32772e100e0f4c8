#pragma once
#include <string>
#include <utility>
#include <vector>

#include <hindsight/shape.hpp>

namespace hindsight::proof {

/// All that is known of a gradient that is wrong. Vectors are by the input's elements; kinks are left out
/// of none, but not compared.
struct Evidence {
  std::vector<double> stated;
  std::vector<double> measured;
  std::vector<bool> compared;
  Shape input;
  Shape output;
  /// [element][j]: what output j contributes, cotangent · ∂y[j]/∂x[element].
  std::vector<std::vector<double>> contributions;
  /// By the output's elements.
  std::vector<double> cotangent;
  std::vector<double> x;
  std::vector<double> y;
  /// The gradient by the same input on the sample before; empty when there is none of this shape.
  std::vector<double> previous;
  /// The right gradients by the other inputs, those of this shape.
  std::vector<std::vector<double>> others;
  /// Other lengths that a mean may have forgotten, and what they are.
  std::vector<std::pair<std::int64_t, std::string>> lengths;
};

/// What the error looks like, in a sentence; empty when it has no known pattern.
std::string probable_cause(const Evidence& evidence);

}  // namespace hindsight::proof
