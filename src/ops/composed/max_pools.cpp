// Max pooling: where the largest entry of each window is, and what stands there. So the gradient goes to that
// entry, by gather's own derivative.
#include <hindsight/ops.hpp>

#include "ops/composed/windows.hpp"

namespace hindsight {
namespace {

ValuesAndIndices largest_of(const images::Batch& batch, const Windows& rows, const Windows& columns) {
  const Tensor& images = batch.images();
  const Shape& x = images.shape();
  const Tensor index = window_argmax(images, rows, columns);
  const Tensor values = images.reshape({x[0], x[1], x[2] * x[3]})
                            .gather(2, index.reshape({x[0], x[1], rows.count() * columns.count()}))
                            .reshape(index.shape());
  return {batch.like_the_input(values), batch.like_the_input(index)};
}

ValuesAndIndices max_pool(const char* function, std::size_t axes, const Tensor& input,
                          const Pool::Options& options) {
  const images::Batch batch(function, input, axes);
  const Pool pool(function, batch.images(), axes, options);
  return largest_of(batch, images::moving(pool.rows), images::moving(pool.columns));
}

ValuesAndIndices adaptive_max_pool(const char* function, std::size_t axes, const Tensor& input,
                                   const OutputSize& size) {
  const images::Batch batch(function, input, axes);
  const images::AdaptiveWindows windows(function, batch.images(), axes, size);
  return largest_of(batch, windows.rows, windows.columns);
}

}  // namespace

ValuesAndIndices max_pool1d_with_indices(const Tensor& input, PerAxis kernel_size, PerAxis stride,
                                         PerAxis padding, PerAxis dilation, bool ceil_mode) {
  return max_pool("max_pool1d", 1, input, {kernel_size, stride, padding, dilation, ceil_mode});
}
ValuesAndIndices max_pool2d_with_indices(const Tensor& input, PerAxis kernel_size, PerAxis stride,
                                         PerAxis padding, PerAxis dilation, bool ceil_mode) {
  return max_pool("max_pool2d", 2, input, {kernel_size, stride, padding, dilation, ceil_mode});
}
ValuesAndIndices adaptive_max_pool1d_with_indices(const Tensor& input, const OutputSize& output_size) {
  return adaptive_max_pool("adaptive_max_pool1d", 1, input, output_size);
}
ValuesAndIndices adaptive_max_pool2d_with_indices(const Tensor& input, const OutputSize& output_size) {
  return adaptive_max_pool("adaptive_max_pool2d", 2, input, output_size);
}

Tensor max_pool1d(const Tensor& input, PerAxis kernel_size, PerAxis stride, PerAxis padding, PerAxis dilation,
                  bool ceil_mode) {
  return max_pool1d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode).values;
}
Tensor max_pool2d(const Tensor& input, PerAxis kernel_size, PerAxis stride, PerAxis padding, PerAxis dilation,
                  bool ceil_mode) {
  return max_pool2d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode).values;
}
Tensor adaptive_max_pool1d(const Tensor& input, const OutputSize& output_size) {
  return adaptive_max_pool1d_with_indices(input, output_size).values;
}
Tensor adaptive_max_pool2d(const Tensor& input, const OutputSize& output_size) {
  return adaptive_max_pool2d_with_indices(input, output_size).values;
}

}  // namespace hindsight
