// Average pooling: the sum over a window is a convolution of each channel with ones. Adaptive windows differ
// in length: each axis is laid out window by window, and what fills up the shorter ones is masked.
#include <algorithm>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/composed/windows.hpp"
#include "ops/shared/convolution.hpp"
#include "ops/shared/located.hpp"
#include "ops/shared/meet.hpp"

namespace hindsight {
namespace {

/// How many elements of each window count along one axis: those of the image and, where `padding_counts`, of
/// the padding around it, but none beyond, where ceil_mode puts a window's end.
std::vector<double> counts(const Pool::Axis& axis, bool padding_counts) {
  std::vector<double> result;
  for (std::int64_t o = 0; o < axis.out; ++o) {
    const std::int64_t start = o * axis.stride - axis.padding;
    const std::int64_t first = padding_counts ? start : std::max<std::int64_t>(start, 0);
    const std::int64_t limit = axis.in + (padding_counts ? axis.padding : 0);
    result.push_back(static_cast<double>(std::min(start + axis.kernel, limit) - first));
  }
  return result;
}

Tensor window_sizes(const Pool& pool, bool padding_counts, DType dtype) {
  const auto high = counts(pool.rows, padding_counts), wide = counts(pool.columns, padding_counts);
  std::vector<double> sizes;
  for (const double h : high)
    for (const double w : wide) sizes.push_back(h * w);
  const bool all_alike =
      std::all_of(sizes.begin(), sizes.end(), [&](double size) { return size == sizes[0]; });
  if (all_alike) return full({}, sizes[0], {.dtype = dtype});
  return tensor(sizes, {pool.rows.out, pool.columns.out}, {.dtype = dtype});
}

Tensor average(const char* function, std::size_t axes, const Tensor& input, const PerAxis& kernel,
               const PerAxis& stride, const PerAxis& padding, bool ceil_mode, bool count_include_pad,
               std::optional<std::int64_t> divisor) {
  const images::Batch batch(function, input, axes);
  const Pool pool(function, batch.images(), axes, {kernel, stride, padding, 1, ceil_mode});
  if (divisor && *divisor == 0)
    fail<ValueError>("{}: divisor_override is 0 and must be another number", located(function));
  const Shape& x = batch.images().shape();
  const Tensor planes = batch.images().reshape({x[0] * x[1], 1, x[2], x[3]});
  const Tensor sums =
      convolution(planes, ones({1, 1, pool.rows.kernel, pool.columns.kernel}, {.dtype = input.dtype()}),
                  {{pool.rows.stride, pool.columns.stride},
                   {pool.rows.padding, pool.columns.padding, pool.rows.after(), pool.columns.after()},
                   {1, 1},
                   1})
          .reshape({x[0], x[1], pool.rows.out, pool.columns.out});
  if (divisor) return batch.like_the_input(sums / static_cast<double>(*divisor));
  return batch.like_the_input(sums / window_sizes(pool, count_include_pad, input.dtype()));
}

/// The means over windows along the last axis.
Tensor averaged(const Tensor& x, const Windows& windows) {
  const std::int64_t count = windows.count();
  std::int64_t longest = 1;
  std::vector<double> lengths;
  for (std::size_t o = 0; o < windows.first.size(); ++o) {
    const std::int64_t length = windows.limit[o] - windows.first[o];
    longest = std::max(longest, length);
    lengths.push_back(static_cast<double>(length));
  }
  Shape apart = x.shape();
  apart.back() = count;
  apart.push_back(longest);
  if (count * longest == x.shape().back()) return x.reshape(apart).mean(-1);  // one window after the other
  std::vector<std::int64_t> entries;
  std::vector<double> outside;
  for (std::size_t o = 0; o < windows.first.size(); ++o)
    for (std::int64_t entry = windows.first[o]; entry < windows.first[o] + longest; ++entry) {
      entries.push_back(std::min(entry, windows.limit[o] - 1));
      outside.push_back(entry >= windows.limit[o]);
    }
  const Tensor mask = tensor(outside, {count, longest}, {.dtype = boolean});
  return x.index_select(-1, tensor(entries)).reshape(apart).masked_fill(mask, 0).sum(-1) /
         tensor(lengths, {count}, {.dtype = x.dtype()});
}

Tensor adaptive_average(const char* function, std::size_t axes, const Tensor& input, const OutputSize& size) {
  const images::Batch batch(function, floating_point(input), axes);
  const images::AdaptiveWindows windows(function, batch.images(), axes, size);
  const Tensor columns = averaged(batch.images(), windows.columns);
  return batch.like_the_input(averaged(columns.transpose(2, 3), windows.rows).transpose(2, 3));
}

}  // namespace

Tensor avg_pool1d(const Tensor& input, PerAxis kernel_size, PerAxis stride, PerAxis padding, bool ceil_mode,
                  bool count_include_pad) {
  return average("avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, {});
}
Tensor avg_pool2d(const Tensor& input, PerAxis kernel_size, PerAxis stride, PerAxis padding, bool ceil_mode,
                  bool count_include_pad, std::optional<std::int64_t> divisor_override) {
  return average("avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad,
                 divisor_override);
}

Tensor adaptive_avg_pool1d(const Tensor& input, const OutputSize& output_size) {
  return adaptive_average("adaptive_avg_pool1d", 1, input, output_size);
}
Tensor adaptive_avg_pool2d(const Tensor& input, const OutputSize& output_size) {
  return adaptive_average("adaptive_avg_pool2d", 2, input, output_size);
}

}  // namespace hindsight
