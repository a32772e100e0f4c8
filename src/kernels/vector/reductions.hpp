#pragma once
// Kernels of this target that the table of vector_ops takes from other files. Included only by this folder's
// files.
#include "kernels/vector/vector.hpp"
#include "kernels/vector_ops.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {

template <class T>
double sum(const T* x, std::size_t n);
template <class T>
double cross_entropy_rows(const CrossEntropyRows<T>& rows);
template <class T>
double cross_entropy_features(const CrossEntropyFeatures<T>& features);

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
