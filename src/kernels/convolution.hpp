#pragma once
#include <cstdint>

namespace hindsight::kernels {

/// Output position o of an axis reads the inputs o · stride − padding + k · dilation, k < kernel; what lies
/// outside [0, in) is zero.
struct ConvolutionAxis {
  std::int64_t in, out, kernel, stride, padding, dilation;
};

/// Images x [batch, groups · in_channels, rows.in, columns.in], weights w [groups · out_channels,
/// in_channels, rows.kernel, columns.kernel] and results y [batch, groups · out_channels, rows.out,
/// columns.out], all row-major.
struct ConvolutionGeometry {
  std::int64_t batch, groups, in_channels, out_channels;  // channels of one group
  ConvolutionAxis rows, columns;
};

/// y[n, o, p] = Σ w[o, c, k] · x[n, c, p ⊕ k] is the form T(w, x, y) = Σ w · x · y seen from y. These three
/// are T seen from each of its sides, so that each is the derivative of the others.
template <class T>
void convolve(const ConvolutionGeometry& geometry, const T* x, const T* w, T* y);
template <class T>
void convolve_to_input(const ConvolutionGeometry& geometry, const T* y, const T* w, T* x);
template <class T>
void convolve_to_weight(const ConvolutionGeometry& geometry, const T* x, const T* y, T* w);

}  // namespace hindsight::kernels
