#pragma once
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hindsight/parameter.hpp>
#include <hindsight/tensor.hpp>

/// What convolutional networks are made of. Names, arguments and defaults are those of torch.nn.functional.
/// Inputs are [batch, channels, length] (1d) or [batch, channels, height, width] (2d), and the batch may be
/// left out. Arguments that make no sense are ValueErrors, shapes that do not fit ShapeErrors.
namespace hindsight {

/// One number for all axes of an image, or one for each: 3, {3, 5}. Made of nothing, {}, it leaves the choice
/// to the function.
class PerAxis {
 public:
  PerAxis() = default;
  PerAxis(std::int64_t all) : numbers_{all} {}
  PerAxis(std::initializer_list<std::int64_t> each) : numbers_(each) {}

  const Shape& numbers() const noexcept { return numbers_; }
  bool empty() const noexcept { return numbers_.empty(); }
  /// "3" or "(3, 5)", as PyTorch writes it.
  std::string str() const;

 private:
  Shape numbers_;
};

/// Zeros around an image: so many on both sides, "same" (the output is as long as the input; the odd one of
/// an uneven number goes to the end) or "valid" (none).
class Padding {
 public:
  template <std::integral I>
  Padding(I all) : amounts_(static_cast<std::int64_t>(all)) {}
  Padding(std::initializer_list<std::int64_t> each) : amounts_(each) {}
  Padding(PerAxis amounts) : amounts_(std::move(amounts)) {}
  /// Throws ValueError for any other text.
  Padding(const char* mode);

  bool same() const noexcept { return same_; }
  const PerAxis& amounts() const noexcept { return amounts_; }
  /// "1", "(1, 2)", "'same'"
  std::string str() const { return same_ ? "'same'" : amounts_.str(); }

 private:
  PerAxis amounts_;
  bool same_ = false;
};

/// How many windows an adaptive pooling makes: one number for all axes, or one for each, where {} (or
/// std::nullopt) keeps as many as the input has: 7, {5, 7}, {{}, 7}.
class OutputSize {
 public:
  OutputSize(std::int64_t all) : lengths_{all} {}
  OutputSize(std::initializer_list<std::optional<std::int64_t>> each) : lengths_(each) {}

  const std::vector<std::optional<std::int64_t>>& lengths() const noexcept { return lengths_; }
  /// "7" or "(None, 7)", as PyTorch writes it.
  std::string str() const;

 private:
  std::vector<std::optional<std::int64_t>> lengths_;
};

/// The cross-correlation of `input` with `weight` [out_channels, in_channels / groups, kernel…], plus `bias`
/// [out_channels], which may be undefined. Output lengths are ⌊(length + 2 padding − dilation (kernel − 1) −
/// 1) / stride⌋ + 1.
Tensor conv1d(const Tensor& input, const Tensor& weight, const Tensor& bias = {}, PerAxis stride = 1,
              const Padding& padding = 0, PerAxis dilation = 1, std::int64_t groups = 1);
Tensor conv2d(const Tensor& input, const Tensor& weight, const Tensor& bias = {}, PerAxis stride = 1,
              const Padding& padding = 0, PerAxis dilation = 1, std::int64_t groups = 1);

/// The mean of each window. `stride` is the kernel's size when left out. Zeros around the image count with
/// count_include_pad; `divisor_override` takes the place of the number of elements. ceil_mode adds a window
/// that would reach beyond the end, where it starts inside. Throws ValueError for a padding of more than half
/// a kernel.
Tensor avg_pool1d(const Tensor& input, PerAxis kernel_size, PerAxis stride = {}, PerAxis padding = 0,
                  bool ceil_mode = false, bool count_include_pad = true);
Tensor avg_pool2d(const Tensor& input, PerAxis kernel_size, PerAxis stride = {}, PerAxis padding = 0,
                  bool ceil_mode = false, bool count_include_pad = true,
                  std::optional<std::int64_t> divisor_override = {});

/// The largest entry of each window; the padding is never chosen. `stride` is the kernel's size when left
/// out, ceil_mode that of avg_pool1d. Of equal entries the first gets the gradient, and where there are NaNs
/// the last of them is chosen. Throws ValueError for a padding of more than half a kernel, and ShapeError for
/// a window within the padding alone.
Tensor max_pool1d(const Tensor& input, PerAxis kernel_size, PerAxis stride = {}, PerAxis padding = 0,
                  PerAxis dilation = 1, bool ceil_mode = false);
Tensor max_pool2d(const Tensor& input, PerAxis kernel_size, PerAxis stride = {}, PerAxis padding = 0,
                  PerAxis dilation = 1, bool ceil_mode = false);
/// The same with where the entries are in their channel: row · width + column. (return_indices=True)
ValuesAndIndices max_pool1d_with_indices(const Tensor& input, PerAxis kernel_size, PerAxis stride = {},
                                         PerAxis padding = 0, PerAxis dilation = 1, bool ceil_mode = false);
ValuesAndIndices max_pool2d_with_indices(const Tensor& input, PerAxis kernel_size, PerAxis stride = {},
                                         PerAxis padding = 0, PerAxis dilation = 1, bool ceil_mode = false);

/// The mean (largest entry) of each of `output_size` windows, which reach from ⌊o · length / size⌋ to
/// ⌈(o + 1) · length / size⌉ and may overlap. Throws ShapeError for images without an entry.
Tensor adaptive_avg_pool1d(const Tensor& input, const OutputSize& output_size);
Tensor adaptive_avg_pool2d(const Tensor& input, const OutputSize& output_size);
Tensor adaptive_max_pool1d(const Tensor& input, const OutputSize& output_size);
Tensor adaptive_max_pool2d(const Tensor& input, const OutputSize& output_size);
ValuesAndIndices adaptive_max_pool1d_with_indices(const Tensor& input, const OutputSize& output_size);
ValuesAndIndices adaptive_max_pool2d_with_indices(const Tensor& input, const OutputSize& output_size);

/// The rows of `weight` [rows, features] that `input`, int64 of any shape, names: [input's shape, features].
/// The row `padding_idx`, counted from the end when it is negative, gets no gradient. Rows whose
/// `norm_type`-norm is larger than `max_norm` are scaled down to it, which no gradient sees; where PyTorch
/// changes the weight itself, here nn::Embedding does. `scale_grad_by_freq` divides the gradient of a row by
/// how often `input` names it. (No `sparse`: gradients are dense.) Throws ValueError when there is no row
/// padding_idx, and IndexError for an index that is none of [0, rows).
Tensor embedding(const Tensor& input, const Tensor& weight, std::optional<std::int64_t> padding_idx = {},
                 std::optional<double> max_norm = {}, double norm_type = 2, bool scale_grad_by_freq = false);
/// The weight with those rows scaled down that `input` names and that are longer than max_norm.
/// (torch.embedding_renorm_, which changes the weight)
Tensor embedding_renorm(const Tensor& weight, const Tensor& input, double max_norm, double norm_type = 2);

/// Each channel (axis 1) normalized to mean 0 and variance 1, then scaled by `weight` and shifted by `bias`
/// [channels], either of which may be undefined (Ioffe and Szegedy, 2015). In training over the batch and all
/// axes but 1, and the running statistics, where there are any, move by `momentum` towards the batch's mean
/// and unbiased variance; otherwise by the running statistics. Where PyTorch changes tensors, these are
/// Parameters. Throws ValueError in training when a channel has one value only.
Tensor batch_norm(const Tensor& input, Parameter running_mean, Parameter running_var,
                  const Tensor& weight = {}, const Tensor& bias = {}, bool training = false,
                  double momentum = 0.1, double eps = 1e-5);
/// The same with a momentum that is computed, so that it is another at each run of a compiled step.
Tensor batch_norm(const Tensor& input, Parameter running_mean, Parameter running_var, const Tensor& weight,
                  const Tensor& bias, bool training, const Tensor& momentum, double eps);
/// Each sample normalized over its last axes, which have `normalized_shape`; weight and bias have it too, and
/// may be undefined (Ba, Kiros and Hinton, 2016).
Tensor layer_norm(const Tensor& input, const Shape& normalized_shape, const Tensor& weight = {},
                  const Tensor& bias = {}, double eps = 1e-5);
/// The channels (axis 1) of each sample normalized in `num_groups` groups; weight and bias are [channels] and
/// may be undefined (Wu and He, 2018). Throws ValueError when the groups do not divide the channels.
Tensor group_norm(const Tensor& input, std::int64_t num_groups, const Tensor& weight = {},
                  const Tensor& bias = {}, double eps = 1e-5);

}  // namespace hindsight
