#include <cmath>

#include <hindsight/error.hpp>
#include <hindsight/nn/convolution.hpp>
#include <hindsight/ops/shape.hpp>
#include <hindsight/random.hpp>

#include "base/format.hpp"
#include "ops/composed/images.hpp"

namespace hindsight::nn {
namespace {

class ConvLayer : public Layer {
 public:
  ConvLayer(std::size_t axes, std::int64_t in_channels, std::int64_t out_channels, const PerAxis& kernel_size,
            const ConvOptions& options)
      : axes_(axes), in_(in_channels), out_(out_channels), options_(options), mode_(options.padding_mode) {
    const std::string kind = this->kind();
    if (in_ < 1 || out_ < 1)
      fail<ValueError>("{}({}, {}): a layer needs at least one input and one output channel", kind, in_,
                       out_);
    if (options.groups < 1 || in_ % options.groups != 0 || out_ % options.groups != 0)
      fail<ValueError>("{}: groups is {} and must divide the {} input and the {} output channels", kind,
                       options.groups, in_, out_);
    kernel_ = images::for_each_axis(kind.c_str(), "kernel_size", kernel_size, axes, 1);
    const Shape stride = images::for_each_axis(kind.c_str(), "stride", options.stride, axes, 1);
    images::for_each_axis(kind.c_str(), "dilation", options.dilation, axes, 1);
    padding_ = images::for_each_axis(kind.c_str(), "padding", options.padding.amounts(), axes, 0);
    if (options.padding.same() && stride.elements() != 1)
      fail<ValueError>("{}: padding 'same' is only there for stride 1, and stride is {}", kind,
                       options.stride.str());
    if (mode_ != "zeros" && mode_ != "reflect" && mode_ != "replicate" && mode_ != "circular")
      fail<ValueError>(
          "{}: padding_mode is \"{}\" and must be \"zeros\", \"reflect\", \"replicate\" or \"circular\"",
          kind, mode_);
    start();
  }

  Tensor forward(std::span<const Tensor> inputs) override {
    const Tensor& x = only(inputs);
    const auto axes = static_cast<std::int64_t>(axes_);
    if (x.dim() != axes + 1 && x.dim() != axes + 2)
      fail<ShapeError>("{} expects [batch, {}, {}], but its input has shape {}; reshape it", title(), in_,
                       axes_ == 1 ? "length" : "height, width", x.shape().str());
    if (const std::int64_t found = x.shape()[x.shape().size() - axes_ - 1]; found != in_) reject(x, found);
    if (x.dtype() != weight_.dtype())
      fail<DTypeError>("{} is {} and its input is {}: convert one with .to(hs::{})", title(),
                       name(weight_.dtype()), name(x.dtype()), name(weight_.dtype()));
    const Tensor weight = weight_;  // first: the weight is drawn before the bias
    const auto convolve = axes_ == 1 ? conv1d : conv2d;
    const Tensor bias = bias_.defined() ? bias_.value() : Tensor();
    const bool is_zeros = mode_ == "zeros";
    return convolve(is_zeros ? x : pad(x, around(), mode_), weight, bias, options_.stride,
                    is_zeros ? options_.padding : 0, options_.dilation, options_.groups);
  }

  // As PyTorch prints it: padding, dilation and groups where they are not the defaults.
  std::string describe() const override {
    const auto each = [&](const PerAxis& numbers) {
      const Shape& given = numbers.numbers();
      const Shape all = given.size() == axes_ ? given : Shape(axes_, given[0]);
      return axes_ == 1 ? formatted("({},)", all[0]) : formatted("({})", joined(all, ", "));
    };
    const auto is_all = [&](const PerAxis& numbers, const char* text) { return each(numbers) == text; };
    const char *zeros = axes_ == 1 ? "(0,)" : "(0, 0)", *ones = axes_ == 1 ? "(1,)" : "(1, 1)";
    std::string text = formatted("{}({}, {}, kernel_size={}, stride={}", kind(), in_, out_, kernel_text(),
                                 each(options_.stride));
    if (options_.padding.same())
      text += ", padding=same";
    else if (!is_all(options_.padding.amounts(), zeros))
      text += ", padding=" + each(options_.padding.amounts());
    if (!is_all(options_.dilation, ones)) text += ", dilation=" + each(options_.dilation);
    if (options_.groups != 1) text += formatted(", groups={}", options_.groups);
    if (!options_.bias) text += ", bias=false";
    return text + (mode_ == "zeros" ? ")" : formatted(", padding_mode={})", mode_));
  }

 private:
  std::string kind() const { return axes_ == 1 ? "Conv1d" : "Conv2d"; }
  std::string kernel_text() const {
    return axes_ == 1 ? formatted("({},)", kernel_[0]) : formatted("({})", joined(kernel_, ", "));
  }

  // What pad() takes: before and after, of the last axis first. "same" puts the odd one after.
  Shape around() const {
    const Shape& dilation = options_.dilation.numbers();
    Shape amounts;
    for (std::size_t axis = axes_; axis-- > 0;) {
      const std::int64_t reach = (dilation.size() == 1 ? dilation[0] : dilation[axis]) * (kernel_[axis] - 1);
      amounts.push_back(options_.padding.same() ? reach / 2 : padding_[axis]);
      amounts.push_back(options_.padding.same() ? reach - reach / 2 : padding_[axis]);
    }
    return amounts;
  }

  // PyTorch's default, kaiming_uniform with a = √5, comes down to ±1/√fan_in for weight and bias alike.
  void start() {
    Shape shape{out_, in_ / options_.groups};
    for (const std::int64_t length : kernel_) shape.push_back(length);
    const std::int64_t fan_in = shape.elements() / out_;
    const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
    const auto drawn = [&](const std::string& name, const Shape& of) {
      const DType dtype = options_.dtype;
      return add_parameter(Parameter(name, {of, dtype}, [of, bound, dtype] {
        return default_generator().uniform(of, -bound, bound, dtype);
      }));
    };
    weight_ = drawn("weight", shape);
    if (options_.bias) bias_ = drawn("bias", {out_});
  }

  [[noreturn]] void reject(const Tensor& x, std::int64_t found) const {
    const std::string expects = formatted("{} expects {} input channel{}, but its input has shape {}",
                                          title(), in_, in_ == 1 ? "" : "s", x.shape().str());
    const bool lacks_channels = x.dim() == static_cast<std::int64_t>(axes_) + 1 && in_ == 1;
    if (lacks_channels)
      fail<ShapeError>("{}, which reads as one image of {} channels; reshape it to [batch, 1, {}]", expects,
                       found, axes_ == 1 ? "length" : "height, width");
    fail<ShapeError>("{}; did you mean nn::{}({}, {}, …)?", expects, kind(), found, out_);
  }

  std::size_t axes_;
  std::int64_t in_, out_;
  Shape kernel_, padding_;
  ConvOptions options_;
  std::string mode_;  // options_ only points at it
  Parameter weight_, bias_;
};

Parameter bias_of(const Module& layer) {
  const auto all = layer.parameters();
  if (all.size() < 2)
    throw StateError("this convolution was made without a bias: ConvOptions{.bias = true} gives it one");
  return all[1];
}

}  // namespace

Conv1d::Conv1d(std::int64_t in_channels, std::int64_t out_channels, PerAxis kernel_size, ConvOptions options)
    : Module(std::make_shared<ConvLayer>(1, in_channels, out_channels, kernel_size, options)) {}
Conv2d::Conv2d(std::int64_t in_channels, std::int64_t out_channels, PerAxis kernel_size, ConvOptions options)
    : Module(std::make_shared<ConvLayer>(2, in_channels, out_channels, kernel_size, options)) {}

Parameter Conv1d::bias() const { return bias_of(*this); }
Parameter Conv2d::bias() const { return bias_of(*this); }

}  // namespace hindsight::nn
