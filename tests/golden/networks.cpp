#include "golden/layers.hpp"
namespace golden {
namespace {

hs::Padding padding(const Attributes& o) {
  if (o.is_text("padding")) return {o.get<std::string>("padding").c_str()};
  return {numbers(o, "padding", 0)};
}

Function convolution(decltype(hs::conv1d)* function) {
  return [=](Operands in, const Attributes& o) {
    return Outputs(function(in[0], in[1], in[2], numbers(o, "stride", 1), padding(o),
                            numbers(o, "dilation", 1), o.get<std::int64_t>("groups")));
  };
}

Outputs average_pool_1d(Operands in, const Attributes& o) {
  return hs::avg_pool1d(in[0], numbers(o, "kernel_size", {}), numbers(o, "stride", {}),
                        numbers(o, "padding", 0), o.get("ceil_mode", false),
                        o.get("count_include_pad", true));
}
Outputs average_pool_2d(Operands in, const Attributes& o) {
  const auto divisor = o.has("divisor_override")
                           ? std::optional<std::int64_t>(o.get<std::int64_t>("divisor_override"))
                           : std::nullopt;
  return hs::avg_pool2d(in[0], numbers(o, "kernel_size", {}), numbers(o, "stride", {}),
                        numbers(o, "padding", 0), o.get("ceil_mode", false), o.get("count_include_pad", true),
                        divisor);
}

/// PyTorch changes the running statistics; here they are homes, whose new values count as outputs.
Outputs batch_norm(Operands in, const Attributes& o) {
  hs::Parameter mean, variance;
  if (in[1].defined()) mean = hs::Parameter("mean", in[1], false);
  if (in[2].defined()) variance = hs::Parameter("variance", in[2], false);
  const Tensor y = hs::batch_norm(in[0], mean, variance, in[3], in[4], o.get<bool>("training"),
                                  o.get<double>("momentum"), o.get<double>("eps"));
  if (!mean.defined()) return y;
  return std::vector<Tensor>{y, mean.value(), variance.value()};
}

nn::Module evaluated(const nn::Module& module) {
  module.eval();
  return module;
}

const Table layers = {
    {"nn.AvgPool1d", layer([] {
       return nn::AvgPool1d(3, {.stride = 2, .padding = 1, .ceil_mode = true, .count_include_pad = false});
     })},
    {"nn.AvgPool2d", layer([] {
       return nn::AvgPool2d({2, 3}, {.divisor_override = 5});
     })},
    {"nn.BatchNorm1d", layer([] { return nn::BatchNorm1d(3, {.eps = 0.01}); })},
    {"nn.BatchNorm1d_of_signals", layer([] { return nn::BatchNorm1d(3, {.affine = false}); })},
    {"nn.BatchNorm2d", layer([] { return nn::BatchNorm2d(2, {.track_running_stats = false}); })},
    {"nn.BatchNorm2d_evaluated", layer([] { return evaluated(nn::BatchNorm2d(2)); })},
    {"nn.Conv1d", layer([] { return nn::Conv1d(2, 4, 3, {.stride = 2, .padding = 1, .groups = 2}); })},
    {"nn.Conv2d", layer([] {
       return nn::Conv2d(2, 3, {3, 2}, {.padding = "same", .dilation = {1, 2}, .bias = false});
     })},
    {"nn.Conv1d_reflect",
     layer([] { return nn::Conv1d(2, 3, 3, {.stride = 2, .padding = 2, .padding_mode = "reflect"}); })},
    {"nn.Conv2d_circular", layer([] {
       return nn::Conv2d(2, 2, {3, 2}, {.padding = {2, 1}, .groups = 2, .padding_mode = "circular"});
     })},
    {"nn.Conv2d_replicate", layer([] {
       return nn::Conv2d(1, 2, {2, 3}, {.padding = "same", .dilation = {1, 2}, .padding_mode = "replicate"});
     })},
    {"nn.Flatten", layer([] { return nn::Flatten(); })},
    {"nn.Flatten_between", layer([] { return nn::Flatten({.start_dim = 0, .end_dim = 1}); })},
    {"nn.GroupNorm", layer([] { return nn::GroupNorm(2, 4); })},
    {"nn.Identity", layer([] { return nn::Identity(); })},
    {"nn.LayerNorm", layer([] {
       return nn::LayerNorm({3, 4});
     })},
    {"nn.Linear_of_one", layer([] { return nn::Linear(4, 2); })},
    {"nn.Linear_of_sequences", layer([] { return nn::Linear(4, 2); })},
    {"nn.LogSoftmax", layer([] { return nn::LogSoftmax(-1); })},
    {"nn.Small", layer([] {
       return nn::Sequential(nn::Conv2d(1, 2, 3, {.padding = 1, .bias = false}), nn::BatchNorm2d(2),
                             nn::Tanh(), nn::AvgPool2d(2), nn::Flatten(), nn::Linear(8, 3));
     })},
    {"nn.Softmax", layer([] { return nn::Softmax(1); })},
    {"nn.Unflatten", layer([] {
       return nn::Unflatten(1, {2, 3});
     })},
    {"nn.Unflatten_the_rest", layer([] {
       return nn::Unflatten(-2, {-1, 3});
     })},
};

const Table functions = {
    {"avg_pool1d", average_pool_1d},
    {"avg_pool2d", average_pool_2d},
    {"batch_norm", batch_norm},
    {"conv1d", convolution(hs::conv1d)},
    {"conv2d", convolution(hs::conv2d)},
    {"group_norm",
     [](Operands in, const Attributes& o) -> Outputs {
       return hs::group_norm(in[0], o.get<std::int64_t>("num_groups"), in[1], in[2], o.get<double>("eps"));
     }},
    {"layer_norm",
     [](Operands in, const Attributes& o) -> Outputs {
       return hs::layer_norm(in[0], o.get<Shape>("normalized_shape"), in[1], in[2], o.get<double>("eps"));
     }},
};

Table all() {
  Table table = functions;
  table.insert(layers.begin(), layers.end());
  return table;
}

const Family networks("networks", 510, all());

}  // namespace
}  // namespace golden
