// opcheck on what is made of operations: functions, losses and modules. One line each.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "ops/shared/elementwise.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;
using hs::Shape;
using hs::Tensor;
using hs::elementwise::sample;
using List = std::span<const Tensor>;

namespace {

struct Case {
  std::string name;
  hs::TensorsFunction function;
  std::vector<std::vector<Tensor>> samples;
  std::vector<hs::Parameter> parameters = {};
};

std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.name; }

std::vector<Case> functions() {
  const Tensor matrix = sample({3, 4}, -2, 2), other = sample({3, 4}, -2, 2, 3), row = sample({4}, -2, 2, 1);
  const auto mean = [](List in) { return in[0].mean(1, true); };
  return {
      {"mean", [](List in) { return in[0].mean(); }, {{matrix}, {row}}},
      {"mean_over_an_axis", mean, {{matrix}}},
      {"add_with_broadcast", [](List in) { return in[0] + in[1]; }, {{matrix, row}, {row, matrix}}},
      {"sub_with_alpha", [](List in) { return hs::sub(in[0], in[1], 2.5); }, {{matrix, row}, {row, matrix}}},
      {"multiply_with_broadcast",
       [](List in) { return in[0] * in[1]; },
       {{matrix, row}, {matrix, sample({3, 1}, -2, 2)}}},
      {"divide_with_broadcast", [](List in) { return in[0] / in[1]; }, {{matrix, sample({4}, 0.5, 2)}}},
      {"minus_a_number", [](List in) { return 3.0 - in[0]; }, {{matrix}}},
      {"maximum_with_broadcast", [](List in) { return hs::maximum(in[0], in[1]); }, {{matrix, row}}},
      {"linear",
       [](List in) { return hs::linear(in[0], in[1], in[2]); },
       {{matrix, sample({2, 4}, -1, 1), sample({2}, -1, 1)}}},
      {"linear_without_bias",
       [](List in) { return hs::linear(in[0], in[1], Tensor()); },
       {{matrix, sample({2, 4}, -1, 1)}}},
      {"index", [](List in) { return in[0][1]; }, {{matrix}}},
      {"transpose", [](List in) { return in[0].t(); }, {{matrix}}},
      {"contiguous", [](List in) { return in[0].t().contiguous(); }, {{matrix}}},
      {"where_with_broadcast",
       [](List in) { return hs::where(in[0] > in[1], in[0], in[1] * 2.0); },
       {{matrix, other}}},
  };
}

std::vector<Case> shapes() {
  const Tensor matrix = sample({3, 4}, -2, 2), other = sample({2, 4}, -2, 2, 3),
               block = sample({2, 3, 2}, -2, 2, 1);
  const Tensor index = hs::tensor({2, 0, 2}, {.dtype = hs::int64}),
               grid = hs::tensor({{2, 0}, {2, 1}}, {.dtype = hs::int64});
  return {
      {"cat_of_products",
       [](List in) {
         return hs::cat({in[0] * in[0], in[1], in[0]});
       },
       {{matrix, other}}},
      {"stack",
       [](List in) {
         return hs::stack({in[0], hs::exp(in[0])}, 1);
       },
       {{matrix}}},
      {"split", [](List in) { return in[0].split(2, 1)[0] * in[0].split(2, 1)[1]; }, {{matrix}}},
      {"slice_with_step", [](List in) { return in[0].slice(1, 0, 4, 3); }, {{matrix}}},
      {"index_select",
       [index](List in) { return in[0].index_select(0, index); },
       {{matrix}, {block.transpose(0, 1)}}},
      {"repeat",
       [](List in) {
         return in[0].repeat({2, 1, 3});
       },
       {{matrix}}},
      {"pad",
       [](List in) {
         return hs::pad(in[0], {1, -1, 0, 2}, "constant", 3);
       },
       {{matrix}}},
      {"pad_reflect",
       [](List in) {
         return hs::pad(in[0], {2, 1, 1, 0}, "reflect");
       },
       {{matrix}}},
      {"pad_replicate",
       [](List in) {
         return hs::pad(in[0], {2, 1}, "replicate");
       },
       {{matrix}}},
      {"pad_circular",
       [](List in) {
         return hs::pad(in[0], {2, 1}, "circular");
       },
       {{matrix}}},
      {"embedding", [grid](List in) { return hs::embedding(grid, in[0]); }, {{matrix}}},
      {"tril", [](List in) { return in[0].tril(-1); }, {{matrix}}},
      {"diagonal", [](List in) { return in[0].diagonal(1, 2, 0); }, {{block}}},
      {"masked_fill", [](List in) { return in[0].masked_fill(in[0] > 1, 0.5); }, {{matrix}}},
  };
}

std::vector<Case> reductions() {
  const Tensor matrix = sample({3, 4}, -2, 2), block = sample({2, 3, 2}, -2, 2, 1);
  const Tensor zeros = hs::tensor({{0, 2, 1}, {0, 0, 3}}, {.dtype = hs::float64});
  return {
      {"prod",
       [](List in) {
         return in[0].prod({0, 2});
       },
       {{block}}},
      {"prod_with_zeros", [](List in) { return in[0].prod(1); }, {{zeros}}},
      {"max_along_an_axis", [](List in) { return in[0].max(0).values; }, {{matrix}}},
      {"amin",
       [](List in) {
         return in[0].amin({0, 1});
       },
       {{block}}},
      {"var",
       [](List in) {
         return in[0].var({0, 1});
       },
       {{block}}},
      {"std", [](List in) { return in[0].std(1, 0, true); }, {{matrix}}},
      {"norm_1", [](List in) { return in[0].norm(1, 0); }, {{matrix}}},
      {"norm_2", [](List in) { return in[0].norm(); }, {{matrix}}},
      {"norm_3", [](List in) { return in[0].norm(3, 1); }, {{matrix}}},
      {"norm_half", [](List in) { return in[0].norm(0.5, 1); }, {{sample({2, 3}, 0.5, 2)}}},
      {"logsumexp_minus_cumsum",
       [](List in) { return in[0].logsumexp(1, true) - in[0].cumsum(1); },
       {{matrix}}},
  };
}

std::vector<Case> products() {
  const Tensor row = sample({3}, -2, 2), matrix = sample({3, 4}, -2, 2, 1),
               batch = sample({2, 1, 2, 3}, -2, 2, 2), batches = sample({2, 3, 4}, -2, 2, 3);
  return {
      {"matmul_of_any_rank",
       [](List in) { return hs::matmul(in[0], in[1]); },
       {{row, row * 0.5},
        {row, matrix},
        {matrix.t(), row},
        {batch, matrix},
        {row, batches},
        {batch, batches}}},
      {"dot", [](List in) { return hs::dot(in[0], in[1]); }, {{row, row * row}}},
      {"outer", [](List in) { return hs::outer(in[0], in[1]); }, {{row, matrix[0]}}},
  };
}

std::vector<Case> losses() {
  const Tensor x = sample({3, 4}, -2, 2), y = sample({3, 4}, -2, 2, 3), p = sample({3, 4}, 0.1, 0.9),
               t = sample({3, 4}, 0.1, 0.9, 1), weight = sample({4}, 0.3, 2, 2),
               wide = sample({2, 3, 4}, -2, 2);
  const Tensor classes = hs::tensor({1, 3, 0}, {.dtype = hs::int64}),
               some = hs::tensor({1, -100, 0}, {.dtype = hs::int64}),
               grid = hs::tensor({{1, 0, 2, 2}, {0, 0, 1, -100}}, {.dtype = hs::int64});
  std::vector<Case> cases;
  for (const nn::Reduction how : {nn::Reduction::none, nn::Reduction::mean, nn::Reduction::sum}) {
    const std::string of = how == nn::Reduction::none   ? "_each"
                           : how == nn::Reduction::mean ? "_mean"
                                                        : "_sum";
    const auto add = [&](const std::string& name, const auto& loss, const Tensor& a, const Tensor& b) {
      cases.push_back({name + of, [loss](List in) { return loss(in[0], in[1]); }, {{a, b}}});
    };
    add("MSELoss", nn::MSELoss({.reduction = how}), x, y);
    add("L1Loss", nn::L1Loss({.reduction = how}), x, y);
    add("SmoothL1Loss", nn::SmoothL1Loss({.reduction = how, .beta = 0.7}), x, y);
    add("HuberLoss", nn::HuberLoss({.reduction = how, .delta = 0.7}), x, y);
    add("BCELoss", nn::BCELoss({.reduction = how}), p, t);
    add("BCEWithLogitsLoss", nn::BCEWithLogitsLoss({.reduction = how}), x, t);
    add("BCEWithLogitsLoss_weighted",
        nn::BCEWithLogitsLoss({.weight = weight, .reduction = how, .pos_weight = t}), x, t);
    add("CrossEntropyLoss", nn::CrossEntropyLoss({.reduction = how}), x, classes);
    add("CrossEntropyLoss_ignoring", nn::CrossEntropyLoss({.reduction = how}), x, some);
    add("CrossEntropyLoss_weighted",
        nn::CrossEntropyLoss({.weight = weight, .reduction = how, .label_smoothing = 0.2}), x, some);
    add("CrossEntropyLoss_of_a_grid", nn::CrossEntropyLoss({.reduction = how}), wide, grid);
    add("CrossEntropyLoss_of_probabilities",
        nn::CrossEntropyLoss({.weight = weight, .reduction = how, .label_smoothing = 0.2}), x, t);
    add("NLLLoss", nn::NLLLoss({.weight = weight, .reduction = how}), x, some);
    add("KLDivLoss", nn::KLDivLoss({.reduction = how}), x, t);
    add("KLDivLoss_of_logarithms", nn::KLDivLoss({.reduction = how, .log_target = true}), x, y);
  }
  return cases;
}

std::vector<Case> modules() {
  std::vector<Case> cases;
  const auto add_for = [&](const Tensor& x, const std::string& name, const nn::Module& module) {
    const nn::Module exact = module.to(hs::float64);
    exact.eval();
    cases.push_back({name, [exact](List in) { return exact(in[0]); }, {{x}}, exact.parameters()});
  };
  const auto add = [&](const std::string& name, const nn::Module& module) {
    add_for(sample({3, 4}, -2, 2), name, module);
  };
  const auto add_for_images = [&](const std::string& name, const nn::Module& module) {
    add_for(sample({2, 2, 3, 4}, -2, 2), name, module);
  };
  hs::manual_seed(1);
  add("Linear", nn::Linear(4, 3));
  add("ReLU", nn::ReLU());
  add("LeakyReLU", nn::LeakyReLU());
  add("Sigmoid", nn::Sigmoid());
  add("Tanh", nn::Tanh());
  add("Softplus", nn::Softplus());
  add("GELU", nn::GELU());
  add("SiLU", nn::SiLU());
  add("Dropout", nn::Dropout());
  add("LayerNorm", nn::LayerNorm(4));
  add("GroupNorm", nn::GroupNorm(2, 4));
  add("BatchNorm1d", nn::BatchNorm1d(4));
  add("Softmax", nn::Softmax(1));
  add("LogSoftmax", nn::LogSoftmax(1));
  add("Flatten", nn::Flatten({.start_dim = 0}));
  add("Unflatten", nn::Unflatten(1, {2, 2}));
  add("Identity", nn::Identity());
  add("Residual", nn::Residual(nn::Sequential(nn::Linear(4, 4), nn::Tanh())));
  add("Conv1d", nn::Conv1d(3, 2, 2, {.stride = 2, .padding = 1}));
  add("Conv1d_reflecting", nn::Conv1d(3, 2, 2, {.padding = 1, .padding_mode = "reflect"}));
  add("AvgPool1d", nn::AvgPool1d(3, {.stride = 1, .padding = 1, .count_include_pad = false}));
  add_for_images("Conv2d", nn::Conv2d(2, 2, {3, 2}, {.padding = "same", .dilation = {1, 2}, .groups = 2}));
  add_for_images("AvgPool2d", nn::AvgPool2d({2, 3}, {.ceil_mode = true}));
  add("MaxPool1d", nn::MaxPool1d(2, {.padding = 1, .dilation = 2}));
  add("AdaptiveAvgPool1d", nn::AdaptiveAvgPool1d(3));
  add("AdaptiveMaxPool1d", nn::AdaptiveMaxPool1d(2));
  add_for_images("MaxPool2d", nn::MaxPool2d({2, 3}, {.stride = 1, .padding = {1, 0}, .ceil_mode = true}));
  add_for_images("AdaptiveAvgPool2d", nn::AdaptiveAvgPool2d({2, 3}));
  add_for_images("AdaptiveMaxPool2d", nn::AdaptiveMaxPool2d({{}, 3}));
  add_for_images("BatchNorm2d", nn::BatchNorm2d(2));
  add_for(sample({3, 2, 2, 2}, -2, 2, 1), "BatchNorm2d_training",
          nn::BatchNorm2d(2, {.track_running_stats = false}));
  add("Sequential", nn::Sequential(nn::Linear(4, 3), nn::GELU(), nn::Linear(3, 2), nn::Sigmoid()));
  return cases;
}

std::vector<Case> all() {
  std::vector<Case> cases = functions();
  for (const auto& more : {shapes(), reductions(), products(), losses(), modules()})
    cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

class Function : public testing::TestWithParam<Case> {};

}  // namespace

TEST_P(Function, IsProven) {
  const Case& one = GetParam();
  const hs::Opcheck proof = hs::opcheck(one.name, one.function, one.parameters, one.samples);
  EXPECT_TRUE(proof.passed()) << proof.str();
  EXPECT_GT(proof.first_equal, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, Function, testing::ValuesIn(all()),
                         [](const auto& param_info) { return param_info.param.name; });
