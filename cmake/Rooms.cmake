# Writes the registry of operations from the list of files in src/ops: one file, one operation of the same name.
# (Objects that register themselves would be dropped from a static library.)
function(hindsight_write_registry output)
  file(GLOB rooms CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/src/ops ${PROJECT_SOURCE_DIR}/src/ops/*.cpp)
  list(SORT rooms)
  set(declarations "")
  set(addresses "")
  foreach(room ${rooms})
    get_filename_component(name ${room} NAME_WE)
    string(APPEND declarations "extern const Op ${name};\n")
    string(APPEND addresses "    &rooms::${name},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${output} CONTENT [[
// Written by cmake/Rooms.cmake from the files of src/ops.
#include "graph/registry.hpp"

namespace hindsight {
namespace rooms {
@declarations@}  // namespace rooms

std::span<const Op* const> built_in_operations() {
  static constexpr const Op* all[] = {
@addresses@  };
  return all;
}

}  // namespace hindsight
]] @ONLY)
endfunction()
