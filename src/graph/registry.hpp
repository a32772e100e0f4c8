#pragma once
#include <span>

#include <hindsight/op.hpp>

namespace hindsight {

/// One entry a file of src/ops, in the order of their names; the build writes it from the list of files
/// (cmake/Rooms.cmake).
std::span<const Op* const> built_in_operations();

}  // namespace hindsight
