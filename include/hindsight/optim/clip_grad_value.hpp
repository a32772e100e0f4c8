#pragma once
#include <vector>

#include <hindsight/parameter.hpp>

namespace hindsight::optim {

/// Holds every element of every gradient between −clip_value and clip_value.
/// (torch.nn.utils.clip_grad_value_) Throws ValueError for a negative clip_value.
void clip_grad_value_(const std::vector<Parameter>& parameters, double clip_value);

}  // namespace hindsight::optim
