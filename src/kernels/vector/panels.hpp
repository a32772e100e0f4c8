#pragma once
// The kernels on panels of one target, each in the file of its name. Included only by this folder's files.
#include "kernels/panels.hpp"
#include "kernels/vector/vector.hpp"

namespace hindsight::kernels::HINDSIGHT_TARGET {

template <class T>
void product(const PanelProduct<T>& x, std::size_t first, std::size_t last);
template <class T>
void row_product(const T* x, const Panels<const T>& w, const T* bias, Then then, T* y);
template <class T>
void gradient(const PanelGradient<T>& x, std::size_t j, std::size_t first, std::size_t last);
template <class T>
void update(const Update& how, const T* g, T* w, T* m, T* v, std::size_t n);
template <class T>
void column_sums(const Panels<const T>& matrix, T* sums);
template <class T>
void transpose(const Panels<const T>& matrix, const Panels<T>& transposed, std::size_t j, std::size_t first,
               std::size_t last);
template <class T>
void pack(const T* from, std::ptrdiff_t row_step, std::ptrdiff_t column_step, const Panels<T>& matrix,
          std::size_t first, std::size_t last);
template <class T>
void unpack(const Panels<const T>& matrix, T* to, std::ptrdiff_t row_step, std::ptrdiff_t column_step,
            std::size_t first, std::size_t last);

/// How many vectors of panel j hold columns of the matrix.
template <class T>
HWY_INLINE std::size_t used_vectors(const Panels<T>& matrix, std::size_t j) {
  const std::size_t left = matrix.columns - j * matrix.width;
  return left > lanes<std::remove_const_t<T>>() && matrix.width > lanes<std::remove_const_t<T>>() ? 2 : 1;
}

}  // namespace hindsight::kernels::HINDSIGHT_TARGET
