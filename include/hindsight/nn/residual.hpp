#pragma once
#include <hindsight/nn/module.hpp>

namespace hindsight::nn {

/// x itself (torch.nn.Identity)
class Identity : public Module {
 public:
  Identity();
};

/// x + f(x), which gradients pass around f (He and others, 2016). f is named "f", so that its first weight in
/// a Sequential is "0.f.weight". Throws ShapeError when f changes the shape.
/// (Residual(another Residual) is C++ for a copy of it: put the inner one into a Sequential.)
class Residual : public Module {
 public:
  explicit Residual(const Module& f);
};

}  // namespace hindsight::nn
