// Average pooling: the sum over a window is a convolution of each channel with ones.
#include <algorithm>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"
#include "ops/composed/pool.hpp"
#include "ops/shared/convolution.hpp"
#include "ops/shared/located.hpp"

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

}  // namespace hindsight
