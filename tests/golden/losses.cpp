#include "golden/golden.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;

namespace golden {
namespace {

nn::Reduction reduction(const Attributes& o) {
  const auto name = o.get<std::string>("reduction");
  return name == "none"   ? nn::Reduction::none
         : name == "sum"  ? nn::Reduction::sum
         : name == "mean" ? nn::Reduction::mean
                          : nn::Reduction::batchmean;
}

std::optional<std::int64_t> ignored(const Attributes& o) {
  return o.has("ignore_index") ? std::optional(o.get<std::int64_t>("ignore_index")) : std::nullopt;
}

/// Weights are inputs of a case, of the dtype of its numbers.
const Family losses(
    "losses", 815,
    {
        {"mse_loss",
         [](Operands in, const Attributes& o) -> Outputs {
           return nn::MSELoss({.reduction = reduction(o)})(in[0], in[1]);
         }},
        {"l1_loss",
         [](Operands in, const Attributes& o) -> Outputs {
           return nn::L1Loss({.reduction = reduction(o)})(in[0], in[1]);
         }},
        {"smooth_l1_loss",
         [](Operands in, const Attributes& o) -> Outputs {
           return nn::SmoothL1Loss({.reduction = reduction(o), .beta = o.get("beta", 1.0)})(in[0], in[1]);
         }},
        {"huber_loss",
         [](Operands in, const Attributes& o) -> Outputs {
           return nn::HuberLoss({.reduction = reduction(o), .delta = o.get("delta", 1.0)})(in[0], in[1]);
         }},
        {"kl_div",
         [](Operands in, const Attributes& o) -> Outputs {
           return nn::KLDivLoss({.reduction = reduction(o), .log_target = o.get("log_target", false)})(in[0],
                                                                                                       in[1]);
         }},
        {"binary_cross_entropy",
         [](Operands in, const Attributes& o) -> Outputs {
           return nn::BCELoss({.weight = in[2], .reduction = reduction(o)})(in[0], in[1]);
         }},
        {"binary_cross_entropy_with_logits",
         [](Operands in, const Attributes& o) -> Outputs {
           return nn::BCEWithLogitsLoss({.weight = in[2], .reduction = reduction(o), .pos_weight = in[3]})(
               in[0], in[1]);
         }},
        {"nll_loss",
         [](Operands in, const Attributes& o) -> Outputs {
           return nn::NLLLoss({.weight = in[2], .ignore_index = ignored(o), .reduction = reduction(o)})(
               in[0], in[1]);
         }},
        {"cross_entropy",
         [](Operands in, const Attributes& o) -> Outputs {
           return nn::CrossEntropyLoss({.weight = in[2],
                                        .ignore_index = ignored(o),
                                        .reduction = reduction(o),
                                        .label_smoothing = o.get("label_smoothing", 0.0)})(in[0], in[1]);
         }},
    });

}  // namespace
}  // namespace golden
