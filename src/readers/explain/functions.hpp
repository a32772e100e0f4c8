#pragma once
#include <string>

#include <hindsight/op.hpp>

namespace hindsight::explain {

/// The operation that an expression of numbers can call by this name; null where there is none.
const Op* function_named(std::string_view name);
/// The function that was probably meant, also by its name in mathematics; empty where none is near.
std::string function_meant(const std::string& name);

}  // namespace hindsight::explain
