#include "readers/check/opcheck/subject.hpp"

#include <cmath>

#include <hindsight/ops.hpp>

namespace hindsight::proof {

std::vector<Tensor> leaves_of(const Subject& subject, DType dtype) {
  std::vector<Tensor> leaves;
  for (std::size_t i = 0; i < subject.inputs.size(); ++i) {
    const Tensor& input = subject.inputs[i];
    leaves.push_back(is_floating(input.dtype()) ? Tensor(input.array().to(dtype)) : input);
    if (subject.by[i]) leaves.back().requires_grad_();
  }
  return leaves;
}

// The fractional parts of multiples of √2 − 1 fill an interval evenly and never repeat.
Tensor spread(const Shape& shape, int salt, DType dtype) {
  Array array(shape, float64);
  for (std::int64_t i = 0; i < array.elements(); ++i) {
    const double turns = 0.41421356237309515 * static_cast<double>(i + 1) + 0.173 * salt;
    const double size = 0.5 + turns - std::floor(turns);
    array.mutable_data<double>()[i] = (i + salt) % 3 == 0 ? -size : size;
  }
  return Tensor(array.to(dtype));
}

Tensor gradient_of(const Tensor& output, const Tensor& input, const Tensor& cotangent, bool create_graph) {
  if (!output.requires_grad()) return zeros(input.shape(), {.dtype = input.dtype()});
  return grad(output, input, {.create_graph = create_graph, .cotangent = cotangent});
}

std::vector<double> numbers(const Tensor& tensor) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < tensor.elements(); ++i) values.push_back(tensor.array().at(i));
  return values;
}

}  // namespace hindsight::proof
