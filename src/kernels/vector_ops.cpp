#include "kernels/vector_ops.hpp"

#include "kernels/target.hpp"

namespace hindsight::kernels {

template <>
const VectorOps<float>* vector_ops<float>(const Target& target) {
  return target.kernels->ops_float;
}
template <>
const VectorOps<double>* vector_ops<double>(const Target& target) {
  return target.kernels->ops_double;
}

template <class T>
const ElementwiseKernel<T>* find_elementwise(const Target& target, std::string_view operation) {
  const VectorOps<T>* ops = vector_ops<T>(target);
  if (!ops) return nullptr;
  for (std::size_t i = 0; i < ops->elementwise_count; ++i)
    if (ops->elementwise[i].operation == operation) return &ops->elementwise[i];
  return nullptr;
}

template const ElementwiseKernel<float>* find_elementwise<float>(const Target&, std::string_view);
template const ElementwiseKernel<double>* find_elementwise<double>(const Target&, std::string_view);

}  // namespace hindsight::kernels
