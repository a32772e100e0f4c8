#pragma once
#include "golden/golden.hpp"

namespace hs = hindsight;
namespace nn = hindsight::nn;

/// What the families of network layers share.
namespace golden {

inline hs::PerAxis numbers(const Attributes& o, const char* name, hs::PerAxis otherwise) {
  if (!o.has(name)) return otherwise;
  const Shape list = o.get<Shape>(name);
  return list.size() == 1 ? hs::PerAxis(list[0]) : hs::PerAxis{list[0], list[1]};
}

/// The layer with the inputs that follow the first as its weights.
inline Function layer(const std::function<nn::Module()>& make) {
  return [=](Operands in, const Attributes&) {
    const nn::Module module = make().to(in[0].dtype());
    const auto weights = module.parameters();
    const hs::ParameterLoan loan(weights, in.subspan(1));
    return Outputs(module(in[0]));
  };
}

}  // namespace golden
