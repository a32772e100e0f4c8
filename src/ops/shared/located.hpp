#pragma once
#include <string>

namespace hindsight {

/// How the messages of a function made of operations call it: `conv2d in module "0"`, or "conv2d" outside
/// modules, as those of an operation do.
std::string located(const char* function);

}  // namespace hindsight
