#include "golden/golden.hpp"

namespace hs = hindsight;

namespace golden {
namespace {

Function unary(Tensor (*function)(const Tensor&)) {
  return [=](Operands in, const Attributes&) { return Outputs(function(in[0])); };
}
Function binary(Tensor (*function)(const Tensor&, const Tensor&)) {
  return [=](Operands in, const Attributes&) { return Outputs(function(in[0], in[1])); };
}

const Family elementwise("elementwise", 320,
                         {
                             {"abs", unary(hs::abs)},
                             {"add", binary(hs::operator+)},
                             {"cos", unary(hs::cos)},
                             {"equal", binary(hs::operator==)},
                             {"erf", unary(hs::erf)},
                             {"exp", unary(hs::exp)},
                             {"greater", binary(hs::operator>)},
                             {"greater_equal", binary(hs::operator>=)},
                             {"less", binary(hs::operator<)},
                             {"less_equal", binary(hs::operator<=)},
                             {"log", unary(hs::log)},
                             {"multiply", binary(hs::operator*)},
                             {"negate", unary(hs::operator-)},
                             {"not_equal", binary(hs::operator!=)},
                             {"relu", unary(hs::relu)},
                             {"sigmoid", unary(hs::sigmoid)},
                             {"sign", unary(hs::sign)},
                             {"silu", unary(hs::silu)},
                             {"sin", unary(hs::sin)},
                             {"sqrt", unary(hs::sqrt)},
                             {"subtract", binary(hs::operator-)},
                             {"tan", unary(hs::tan)},
                             {"tanh", unary(hs::tanh)},
                         });

}  // namespace
}  // namespace golden
