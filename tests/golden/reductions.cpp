#include "golden/golden.hpp"

namespace hs = hindsight;

namespace golden {
namespace {

using Reduction = Tensor (*)(const Tensor&, const hs::Axes&, bool keepdim);
using Arg = Tensor (*)(const Tensor&, std::optional<std::int64_t>, bool keepdim);
using Extreme = hs::ValuesAndIndices (*)(const Tensor&, std::int64_t, bool keepdim);

hs::Axes axes(const Attributes& o) { return o.has("axes") ? hs::Axes(o.get<Shape>("axes")) : hs::Axes(); }

Function over_axes(Reduction reduction) {
  return [=](Operands in, const Attributes& o) {
    return Outputs(reduction(in[0], axes(o), o.get<bool>("keepdim")));
  };
}
Function place(Arg arg) {
  return [=](Operands in, const Attributes& o) {
    const auto axis = o.has("axis") ? std::optional(o.get<std::int64_t>("axis")) : std::nullopt;
    return Outputs(arg(in[0], axis, o.get<bool>("keepdim")));
  };
}
Function with_place(Extreme extreme) {
  return [=](Operands in, const Attributes& o) {
    const auto [values, indices] =
        extreme(in[0], o.has("axes") ? o.get<Shape>("axes")[0] : -1, o.get<bool>("keepdim"));
    return Outputs(std::vector<Tensor>{values, indices});
  };
}

const Family reductions(
    "reductions", 1362,
    {
        {"all", over_axes(hs::all)},
        {"amax", over_axes(hs::amax)},
        {"amin", over_axes(hs::amin)},
        {"any", over_axes(hs::any)},
        {"argmax", place(hs::argmax)},
        {"argmin", place(hs::argmin)},
        {"cumsum",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::cumsum(in[0], o.get<std::int64_t>("axis"));
         }},
        {"logsumexp", over_axes(hs::logsumexp)},
        {"max", with_place(hs::max)},
        {"max_of_all", [](Operands in, const Attributes&) -> Outputs { return hs::max(in[0]); }},
        {"mean", over_axes(hs::mean)},
        {"min", with_place(hs::min)},
        {"min_of_all", [](Operands in, const Attributes&) -> Outputs { return hs::min(in[0]); }},
        {"norm",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::norm(in[0], o.get<double>("p"), axes(o), o.get<bool>("keepdim"));
         }},
        {"prod", over_axes(hs::prod)},
        {"std",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::std(in[0], axes(o), o.get<double>("correction"), o.get<bool>("keepdim"));
         }},
        {"sum", over_axes(hs::sum)},
        {"var",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::var(in[0], axes(o), o.get<double>("correction"), o.get<bool>("keepdim"));
         }},
    });

}  // namespace
}  // namespace golden
