#pragma once
#include <vector>

#include <hindsight/opcheck.hpp>

/// What opcheck's parts share: one function at one point.
namespace hindsight::proof {

/// One sample: what is computed, from what, and by which inputs it is differentiated.
struct Subject {
  const Op* op;  // null for a function
  const Attributes* attributes;
  TensorsFunction function;
  std::size_t sample;
  std::vector<Tensor> inputs;  // float64 where floating
  std::vector<std::string> names;
  std::vector<bool> by;

  Tensor operator()(std::span<const Tensor> at) const { return function(at); }
};

/// Fresh leaves with the values of `inputs`, of another dtype if asked; those that are differentiated by
/// require a gradient.
std::vector<Tensor> leaves_of(const Subject& subject, DType dtype = float64);

/// Numbers of both signs between 0.5 and 1.5 in size, no two alike: cotangents and directions.
Tensor spread(const Shape& shape, int salt, DType dtype = float64);

/// grad(), and zeros where nothing depends on anything.
Tensor gradient_of(const Tensor& output, const Tensor& input, const Tensor& cotangent,
                   bool create_graph = false);

std::vector<double> numbers(const Tensor& tensor);

}  // namespace hindsight::proof
