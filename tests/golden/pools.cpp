#include "golden/layers.hpp"

namespace golden {
namespace {

Tensor turned(const Tensor& x, const Attributes& o) {
  return o.get("turned", false) ? x.transpose(-1, -2) : x;
}

Outputs both(const hs::ValuesAndIndices& found) { return std::vector<Tensor>{found.values, found.indices}; }

Function max_pool(decltype(hs::max_pool2d_with_indices)* function) {
  return [=](Operands in, const Attributes& o) {
    return both(function(turned(in[0], o), numbers(o, "kernel_size", {}), numbers(o, "stride", {}),
                         numbers(o, "padding", 0), numbers(o, "dilation", 1), o.get("ceil_mode", false)));
  };
}

/// A number, or a list of numbers and nulls.
hs::OutputSize output_size(const Attributes& o) {
  if (!o.is_list("output_size")) return o.get<std::int64_t>("output_size");
  const auto lengths = o.get<std::vector<std::optional<std::int64_t>>>("output_size");
  return {lengths.at(0), lengths.at(1)};
}

Function adaptive_average(decltype(hs::adaptive_avg_pool2d)* function) {
  return
      [=](Operands in, const Attributes& o) { return Outputs(function(turned(in[0], o), output_size(o))); };
}
Function adaptive_max(decltype(hs::adaptive_max_pool2d_with_indices)* function) {
  return [=](Operands in, const Attributes& o) { return both(function(turned(in[0], o), output_size(o))); };
}

const Table table = {
    {"adaptive_avg_pool1d", adaptive_average(hs::adaptive_avg_pool1d)},
    {"adaptive_avg_pool2d", adaptive_average(hs::adaptive_avg_pool2d)},
    {"adaptive_max_pool1d", adaptive_max(hs::adaptive_max_pool1d_with_indices)},
    {"adaptive_max_pool2d", adaptive_max(hs::adaptive_max_pool2d_with_indices)},
    {"max_pool1d", max_pool(hs::max_pool1d_with_indices)},
    {"max_pool2d", max_pool(hs::max_pool2d_with_indices)},
    {"nn.AdaptiveAvgPool1d", layer([] { return nn::AdaptiveAvgPool1d(3); })},
    {"nn.AdaptiveAvgPool2d", layer([] {
       return nn::AdaptiveAvgPool2d({{}, 2});
     })},
    {"nn.AdaptiveMaxPool1d", layer([] { return nn::AdaptiveMaxPool1d(2); })},
    {"nn.AdaptiveMaxPool2d", layer([] { return nn::AdaptiveMaxPool2d(2); })},
    {"nn.MaxPool1d",
     layer([] { return nn::MaxPool1d(3, {.stride = 2, .padding = 1, .dilation = 2, .ceil_mode = true}); })},
    {"nn.MaxPool2d", layer([] {
       return nn::MaxPool2d({2, 3}, {.stride = {1, 2}, .padding = {0, 1}});
     })},
};

const Family pools("pools", 213, table);

}  // namespace
}  // namespace golden
