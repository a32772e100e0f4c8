#pragma once
#include <hindsight/op.hpp>

#include "kernels/matmul.hpp"

/// What matmul and bmm share.
namespace hindsight {

/// Throws DTypeError unless both are of one floating dtype.
void require_one_floating_dtype(Operands in);

/// The matrix of the last two axes that starts `first` elements into the window.
template <class T>
kernels::Matrix<T> matrix(const Array& array, std::int64_t first = 0) {
  const Strides& strides = array.strides();
  return {array.data<T>() + first, strides[strides.size() - 2], strides[strides.size() - 1]};
}

}  // namespace hindsight
