// Convolutions as matrix products, one image and group at a time, so that the unfolded image stays in cache:
// its column p holds what output position p reads.
#include "kernels/convolution.hpp"

#include <algorithm>
#include <vector>

#include "kernels/matmul.hpp"

namespace hindsight::kernels {
namespace {

/// The outputs [first, last) whose k-th input exists.
struct Reach {
  std::int64_t first, last;
  Reach(const ConvolutionAxis& axis, std::int64_t k) {
    const std::int64_t shift = axis.padding - k * axis.dilation;  // output o reads o · stride − shift
    first = std::clamp<std::int64_t>((shift + axis.stride - 1) / axis.stride, 0, axis.out);
    if (shift < 0) first = 0;
    const std::int64_t room = axis.in - 1 + shift;
    last = room < 0 ? first : std::clamp(room / axis.stride + 1, first, axis.out);
  }
};

/// Visits the rows of an unfolded image: visit(columns, image, reach) with the row's outputs, and where in
/// the image the first of them that reaches into it reads. Rows outside the image come with no reach.
template <class T, class Image, class Visit>
void for_each_row(const ConvolutionGeometry& g, Image* image, T* columns, const Visit& visit) {
  const ConvolutionAxis &rows = g.rows, &cols = g.columns;
  for (std::int64_t channel = 0; channel < g.in_channels; ++channel, image += rows.in * cols.in)
    for (std::int64_t i = 0; i < rows.kernel; ++i)
      for (std::int64_t j = 0; j < cols.kernel; ++j) {
        const Reach high(rows, i), wide(cols, j);
        const std::int64_t left = wide.first * cols.stride - cols.padding + j * cols.dilation;
        for (std::int64_t p = 0; p < rows.out; ++p, columns += cols.out) {
          const bool inside = p >= high.first && p < high.last && wide.first < wide.last;
          const std::int64_t row = p * rows.stride - rows.padding + i * rows.dilation;
          visit(columns, inside ? image + row * cols.in + left : nullptr, wide);
        }
      }
}

template <class T>
void unfold(const ConvolutionGeometry& g, const T* image, T* columns) {
  const std::int64_t stride = g.columns.stride, width = g.columns.out;
  for_each_row(g, image, columns, [=](T* to, const T* from, const Reach& reach) {
    if (!from) {
      std::fill_n(to, width, T(0));
      return;
    }
    std::fill_n(to, reach.first, T(0));
    std::fill(to + reach.last, to + width, T(0));
    if (stride == 1)
      std::copy_n(from, reach.last - reach.first, to + reach.first);
    else
      for (std::int64_t o = reach.first; o < reach.last; ++o, from += stride) to[o] = *from;
  });
}

/// Adds the columns to the pixels that they were read from.
template <class T>
void fold(const ConvolutionGeometry& g, const T* columns, T* image) {
  const std::int64_t stride = g.columns.stride;
  for_each_row(g, image, columns, [=](const T* from, T* to, const Reach& reach) {
    if (!to) return;
    from += reach.first;
    const std::int64_t count = reach.last - reach.first;
    if (stride == 1)
      for (std::int64_t o = 0; o < count; ++o) to[o] += from[o];
    else
      for (std::int64_t o = 0; o < count; ++o) to[o * stride] += from[o];
  });
}

/// How many numbers belong to one image and group, of each of the three sides.
struct Sizes {
  std::int64_t x, w, y, taps, places;
  explicit Sizes(const ConvolutionGeometry& g)
      : x(g.in_channels * g.rows.in * g.columns.in),
        taps(g.in_channels * g.rows.kernel * g.columns.kernel),
        places(g.rows.out * g.columns.out) {
    w = g.out_channels * taps;
    y = g.out_channels * places;
  }
  std::size_t unfolded() const { return static_cast<std::size_t>(taps * places); }
};

}  // namespace

template <class T>
void convolve(const ConvolutionGeometry& g, const T* x, const T* w, T* y) {
  const Sizes size(g);
  std::vector<T> columns(size.unfolded());
  for (std::int64_t image = 0; image < g.batch; ++image)
    for (std::int64_t group = 0; group < g.groups; ++group, x += size.x, y += size.y) {
      unfold(g, x, columns.data());
      matmul<T>(g.out_channels, size.places, size.taps, {w + group * size.w, size.taps, 1},
                {columns.data(), size.places, 1}, y);
    }
}

template <class T>
void convolve_to_input(const ConvolutionGeometry& g, const T* y, const T* w, T* x) {
  const Sizes size(g);
  std::vector<T> columns(size.unfolded());
  std::fill_n(x, g.batch * g.groups * size.x, T(0));
  for (std::int64_t image = 0; image < g.batch; ++image)
    for (std::int64_t group = 0; group < g.groups; ++group, x += size.x, y += size.y) {
      matmul<T>(size.taps, size.places, g.out_channels, {w + group * size.w, 1, size.taps},
                {y, size.places, 1}, columns.data());
      fold(g, columns.data(), x);
    }
}

// Over the images the sums run in float64, as those of kernels/sum.cpp do.
template <class T>
void convolve_to_weight(const ConvolutionGeometry& g, const T* x, const T* y, T* w) {
  const Sizes size(g);
  std::vector<T> columns(size.unfolded()), part(static_cast<std::size_t>(size.w));
  std::vector<double> total(static_cast<std::size_t>(g.groups * size.w), 0.0);
  for (std::int64_t image = 0; image < g.batch; ++image) {
    double* sum = total.data();
    for (std::int64_t group = 0; group < g.groups; ++group, x += size.x, y += size.y) {
      unfold(g, x, columns.data());
      matmul<T>(g.out_channels, size.taps, size.places, {y, size.places, 1}, {columns.data(), 1, size.places},
                part.data());
      for (const T number : part) *sum++ += static_cast<double>(number);
    }
  }
  for (const double sum : total) *w++ = static_cast<T>(sum);
}

template void convolve<float>(const ConvolutionGeometry&, const float*, const float*, float*);
template void convolve<double>(const ConvolutionGeometry&, const double*, const double*, double*);
template void convolve_to_input<float>(const ConvolutionGeometry&, const float*, const float*, float*);
template void convolve_to_input<double>(const ConvolutionGeometry&, const double*, const double*, double*);
template void convolve_to_weight<float>(const ConvolutionGeometry&, const float*, const float*, float*);
template void convolve_to_weight<double>(const ConvolutionGeometry&, const double*, const double*, double*);

}  // namespace hindsight::kernels
