#include "golden/golden.hpp"

namespace hs = hindsight;

namespace golden {
namespace {

Function binary(Tensor (*function)(const Tensor&, const Tensor&)) {
  return [=](Operands in, const Attributes&) { return Outputs(function(in[0], in[1])); };
}

const Family matmul(
    "matmul", 133,
    {
        {"bmm", binary(hs::bmm)},
        {"dot", binary(hs::dot)},
        {"linear", [](Operands in, const Attributes&) -> Outputs { return hs::linear(in[0], in[1], in[2]); }},
        {"matmul", binary(hs::matmul)},
        {"matmul_itself", [](Operands in, const Attributes&) -> Outputs { return hs::matmul(in[0], in[0]); }},
        {"matmul_transposed",
         [](Operands in, const Attributes&) -> Outputs {
           return hs::matmul(in[0], in[0].transpose(-1, -2));
         }},
        {"outer", binary(hs::outer)},
    });

}  // namespace
}  // namespace golden
