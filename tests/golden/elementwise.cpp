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
Function with_number(Tensor (*function)(const Tensor&, double)) {
  return [=](Operands in, const Attributes& o) { return Outputs(function(in[0], o.get<double>("number"))); };
}

std::optional<double> bound(const Attributes& o, const char* name) {
  return o.has(name) ? std::optional<double>(o.get<double>(name)) : std::nullopt;
}

/// PyTorch leaves the curve at its threshold; without options both agree as far as the test looks.
Tensor softplus(const Tensor& x, const Attributes& o) {
  return o.has("beta") ? hs::softplus(x, o.get<double>("beta"), o.get<double>("threshold")) : hs::softplus(x);
}

const Family elementwise(
    "elementwise", 1235,
    {
        {"abs", unary(hs::abs)},
        {"acos", unary(hs::acos)},
        {"add", binary(hs::operator+)},
        {"add_number", with_number([](const Tensor& x, double n) { return x + n; })},
        {"asin", unary(hs::asin)},
        {"atan", unary(hs::atan)},
        {"binary_cross_entropy", binary(hs::binary_cross_entropy)},
        {"ceil", unary(hs::ceil)},
        {"clamp",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::clamp(in[0], bound(o, "min"), bound(o, "max"));
         }},
        {"clamp_between",
         [](Operands in, const Attributes&) -> Outputs { return hs::clamp(in[0], in[1], in[2]); }},
        {"clamp_max", binary(hs::clamp_max)},
        {"clamp_min", binary(hs::clamp_min)},
        {"cos", unary(hs::cos)},
        {"cosh", unary(hs::cosh)},
        {"divide", binary(hs::operator/)},
        {"divide_into_number", with_number([](const Tensor& x, double n) { return n / x; })},
        {"divide_number", with_number([](const Tensor& x, double n) { return x / n; })},
        {"elu",
         [](Operands in, const Attributes& o) -> Outputs { return hs::elu(in[0], o.get("alpha", 1.0)); }},
        {"equal", binary(hs::operator==)},
        {"erf", unary(hs::erf)},
        {"erfc", unary(hs::erfc)},
        {"exp", unary(hs::exp)},
        {"expm1", unary(hs::expm1)},
        {"floor", unary(hs::floor)},
        {"gelu",
         [](Operands in, const Attributes& o) -> Outputs {
           return o.has("approximate") ? hs::gelu(in[0], o.get<std::string>("approximate")) : hs::gelu(in[0]);
         }},
        {"greater", binary(hs::operator>)},
        {"greater_equal", binary(hs::operator>=)},
        {"hardtanh",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::hardtanh(in[0], o.get("min_val", -1.0), o.get("max_val", 1.0));
         }},
        {"isfinite", unary(hs::isfinite)},
        {"isinf", unary(hs::isinf)},
        {"isnan", unary(hs::isnan)},
        {"leaky_relu",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::leaky_relu(in[0], o.get("negative_slope", 0.01));
         }},
        {"less", binary(hs::operator<)},
        {"less_equal", binary(hs::operator<=)},
        {"log", unary(hs::log)},
        {"log1p", unary(hs::log1p)},
        {"logical_and", binary(hs::logical_and)},
        {"logical_not", unary(hs::logical_not)},
        {"logical_or", binary(hs::logical_or)},
        {"logical_xor", binary(hs::logical_xor)},
        {"logsigmoid", unary(hs::logsigmoid)},
        {"maximum", binary(hs::maximum)},
        {"minimum", binary(hs::minimum)},
        {"mish", unary(hs::mish)},
        {"multiply", binary(hs::operator*)},
        {"multiply_number", with_number([](const Tensor& x, double n) { return x * n; })},
        {"negate", unary(hs::operator-)},
        {"not_equal", binary(hs::operator!=)},
        {"pow", binary(hs::pow)},
        {"power",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::pow(in[0], o.get<double>("exponent"));
         }},
        {"prelu", binary(hs::prelu)},
        {"reciprocal", unary(hs::reciprocal)},
        {"relu", unary(hs::relu)},
        {"relu6", unary(hs::relu6)},
        {"round", unary(hs::round)},
        {"rsqrt", unary(hs::rsqrt)},
        {"selu", unary(hs::selu)},
        {"sigmoid", unary(hs::sigmoid)},
        {"sign", unary(hs::sign)},
        {"silu", unary(hs::silu)},
        {"sin", unary(hs::sin)},
        {"sinh", unary(hs::sinh)},
        {"softplus", [](Operands in, const Attributes& o) -> Outputs { return softplus(in[0], o); }},
        {"sqrt", unary(hs::sqrt)},
        {"sqrt_of_clamp",
         [](Operands in, const Attributes&) -> Outputs { return hs::sqrt(hs::clamp(in[0], 0)); }},
        {"sqrt_of_relu", [](Operands in, const Attributes&) -> Outputs { return hs::sqrt(hs::relu(in[0])); }},
        {"log_of_relu6", [](Operands in, const Attributes&) -> Outputs { return hs::log(hs::relu6(in[0])); }},
        {"pow_of_number",
         [](Operands in, const Attributes& o) -> Outputs { return hs::pow(o.get<double>("base"), in[0]); }},
        {"where_else_number",
         [](Operands in, const Attributes&) -> Outputs { return hs::where(in[0], in[1], -1.5); }},
        {"where_number_else",
         [](Operands in, const Attributes&) -> Outputs { return hs::where(in[0], 2.5, in[1]); }},
        {"round_decimals",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::round(in[0], o.get<std::int64_t>("decimals"));
         }},
        {"sqrt_of_maximum",
         [](Operands in, const Attributes&) -> Outputs { return hs::sqrt(hs::maximum(in[0], in[1])); }},
        {"square", unary(hs::square)},
        {"subtract", binary(hs::operator-)},
        {"subtract_from_number", with_number([](const Tensor& x, double n) { return n - x; })},
        {"subtract_number", with_number([](const Tensor& x, double n) { return x - n; })},
        {"tan", unary(hs::tan)},
        {"tanh", unary(hs::tanh)},
        {"where", [](Operands in, const Attributes&) -> Outputs { return hs::where(in[0], in[1], in[2]); }},
    });

}  // namespace
}  // namespace golden
