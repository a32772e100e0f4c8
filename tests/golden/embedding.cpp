#include "golden/layers.hpp"

namespace golden {
namespace {

const Table table = {
    {"embedding",
     [](Operands in, const Attributes& o) -> Outputs {
       return hs::embedding(
           in[0], in[1],
           o.has("padding_idx") ? std::optional(o.get<std::int64_t>("padding_idx")) : std::nullopt,
           o.has("max_norm") ? std::optional(o.get<double>("max_norm")) : std::nullopt,
           o.get("norm_type", 2.0), o.get("scale_grad_by_freq", false));
     }},
    {"embedding_renorm",
     [](Operands in, const Attributes& o) -> Outputs {
       return hs::embedding_renorm(in[0], in[1], o.get<double>("max_norm"), o.get<double>("norm_type"));
     }},
    {"embedding_of_a_view",
     [](Operands in, const Attributes&) -> Outputs { return hs::embedding(in[0].t(), in[1].t(), 1); }},
    {"embedding_squared",
     [](Operands in, const Attributes&) -> Outputs { return hs::square(hs::embedding(in[0], in[1], 0)); }},
    {"nn.Embedding",
     [](Operands in, const Attributes&) -> Outputs {
       const nn::Embedding layer(5, 3, {.padding_idx = -2, .dtype = in[1].dtype()});
       const auto weight = layer.parameters();
       const hs::ParameterLoan loan(weight, in.subspan(1));
       return layer(in[0]);
     }},
};

const Family embedding("embedding", 75, table);

}  // namespace
}  // namespace golden
