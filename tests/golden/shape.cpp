#include "golden/golden.hpp"

namespace hs = hindsight;

namespace golden {
namespace {

std::int64_t whole(const Attributes& o, const char* name) { return o.get<std::int64_t>(name); }

const Family shape(
    "shape", 620,
    {
        {"broadcast_to",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::broadcast_to(in[0], o.get<Shape>("sizes"));
         }},
        {"cat", [](Operands in, const Attributes& o) -> Outputs { return hs::cat(in, whole(o, "dim")); }},
        {"cat_with_itself",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::cat({in[0], in[0] * in[0], in[0]}, whole(o, "dim"));
         }},
        {"chunk",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::chunk(in[0], whole(o, "chunks"), whole(o, "dim"));
         }},
        {"diagonal",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::diagonal(in[0], whole(o, "offset"), whole(o, "dim1"), whole(o, "dim2"));
         }},
        {"expand",
         [](Operands in, const Attributes& o) -> Outputs { return in[0].expand(o.get<Shape>("sizes")); }},
        {"flatten",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::flatten(in[0], whole(o, "start_dim"), whole(o, "end_dim"));
         }},
        {"flip",
         [](Operands in, const Attributes& o) -> Outputs { return hs::flip(in[0], o.get<Shape>("dims")); }},
        {"gather",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::gather(in[0], whole(o, "dim"), in[1]);
         }},
        {"index_select",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::index_select(in[0], whole(o, "dim"), in[1]);
         }},
        {"masked_fill",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::masked_fill(in[0], in[1], o.get<double>("value"));
         }},
        {"masked_fill_tensor",
         [](Operands in, const Attributes&) -> Outputs { return hs::masked_fill(in[0], in[1], in[2]); }},
        {"narrow",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::narrow(in[0], whole(o, "dim"), whole(o, "start"), whole(o, "length"));
         }},
        {"one_hot",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::one_hot(in[0], whole(o, "num_classes"));
         }},
        {"pad",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::pad(in[0], o.get<Shape>("pad"), o.get<std::string>("mode"), o.get<double>("value"));
         }},
        {"permute",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::permute(in[0], o.get<Shape>("dims"));
         }},
        {"repeat",
         [](Operands in, const Attributes& o) -> Outputs { return in[0].repeat(o.get<Shape>("repeats")); }},
        {"reshape",
         [](Operands in, const Attributes& o) -> Outputs { return in[0].reshape(o.get<Shape>("shape")); }},
        {"scatter_add",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::scatter_add(in[0], whole(o, "dim"), in[1], in[2]);
         }},
        {"select",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::select(in[0], whole(o, "dim"), whole(o, "index"));
         }},
        {"slice",
         [](Operands in, const Attributes& o) -> Outputs {
           return in[0].slice(whole(o, "axis"), whole(o, "start"), whole(o, "stop"), whole(o, "step"));
         }},
        {"split",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::split(in[0], whole(o, "size"), whole(o, "dim"));
         }},
        {"split_sizes",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::split(in[0], o.get<Shape>("sizes"), whole(o, "dim"));
         }},
        {"squeeze",
         [](Operands in, const Attributes& o) -> Outputs {
           return o.has("axis") ? hs::squeeze(in[0], whole(o, "axis")) : hs::squeeze(in[0]);
         }},
        {"stack", [](Operands in, const Attributes& o) -> Outputs { return hs::stack(in, whole(o, "dim")); }},
        {"t", [](Operands in, const Attributes&) -> Outputs { return in[0].t(); }},
        {"transpose",
         [](Operands in, const Attributes& o) -> Outputs {
           return hs::transpose(in[0], whole(o, "dim0"), whole(o, "dim1"));
         }},
        {"tril",
         [](Operands in, const Attributes& o) -> Outputs { return hs::tril(in[0], whole(o, "diagonal")); }},
        {"triu",
         [](Operands in, const Attributes& o) -> Outputs { return hs::triu(in[0], whole(o, "diagonal")); }},
        {"unsqueeze",
         [](Operands in, const Attributes& o) -> Outputs { return hs::unsqueeze(in[0], whole(o, "dim")); }},
    });

}  // namespace
}  // namespace golden
