#include "golden/golden.hpp"

namespace hs = hindsight;

namespace golden {
namespace {

hs::DType dtype(const Attributes& o) {
  const std::string name = o.get<std::string>("dtype");
  return name == "float64" ? hs::float64 : name == "int64" ? hs::int64 : hs::boolean;
}
std::int64_t axis(const Attributes& o) { return o.get<std::int64_t>("axis"); }

Function binary(Tensor (*function)(const Tensor&, const Tensor&)) {
  return [=](Operands in, const Attributes&) { return Outputs(function(in[0], in[1])); };
}
Function with_alpha(Tensor (*function)(const Tensor&, const Tensor&, double)) {
  return [=](Operands in, const Attributes& o) {
    return Outputs(function(in[0], in[1], o.get<double>("alpha")));
  };
}
Function over_axis(Tensor (*function)(const Tensor&, const hs::Axes&, bool, hs::DType)) {
  return [=](Operands in, const Attributes& o) {
    return Outputs(function(in[0], axis(o), o.get<bool>("keepdim"), dtype(o)));
  };
}
Function of_all(Tensor (*function)(const Tensor&, hs::DType)) {
  return [=](Operands in, const Attributes& o) { return Outputs(function(in[0], dtype(o))); };
}
Function along_axis(Tensor (*function)(const Tensor&, std::int64_t, hs::DType)) {
  return [=](Operands in, const Attributes& o) { return Outputs(function(in[0], axis(o), dtype(o))); };
}

const Family options(
    "options", 165,
    {
        {"add", with_alpha(hs::add)},
        {"add_of_truths", binary(hs::operator+)},
        {"cumsum", along_axis(hs::cumsum)},
        {"div",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::div(in[0], in[1], o.get<std::string>("rounding_mode"));
         }},
        {"dropout",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::dropout(in[0], o.get<double>("p"), o.get<bool>("training"));
         }},
        {"log_softmax", along_axis(hs::log_softmax)},
        {"maximum_of_truths", binary(hs::maximum)},
        {"mean", over_axis(hs::mean)},
        {"mean_of_all", of_all(hs::mean)},
        {"minimum_of_truths", binary(hs::minimum)},
        {"mul_of_truths", binary(hs::mul)},
        {"norm",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::norm(in[0], o.get<double>("p"), axis(o), o.get<bool>("keepdim"), dtype(o));
         }},
        {"norm_fro",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::norm(in[0], "fro", o.has("axes") ? hs::Axes(o.get<Shape>("axes")) : hs::Axes());
         }},
        {"number_pow",
         [](Operands in, const Attributes& o) -> Outputs { return hs::pow(o.get<double>("base"), in[0]); }},
        {"pow", binary(hs::pow)},
        {"pow_number",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::pow(in[0], o.get<double>("exponent"));
         }},
        {"prod", over_axis(hs::prod)},
        {"prod_of_all", of_all(hs::prod)},
        {"relu", [](Operands in, const Attributes&) -> Outputs { return hs::relu(in[0]); }},
        {"sign", [](Operands in, const Attributes&) -> Outputs { return hs::sign(in[0]); }},
        {"softmax", along_axis(hs::softmax)},
        {"square", [](Operands in, const Attributes&) -> Outputs { return hs::square(in[0]); }},
        {"sub", with_alpha(hs::sub)},
        {"sum", over_axis(hs::sum)},
        {"sum_of_all", of_all(hs::sum)},
    });

}  // namespace
}  // namespace golden
