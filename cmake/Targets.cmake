# The vectorised kernels (src/kernels/vector/*.cpp) are compiled once for every instruction set that a machine of this
# kind may have; src/kernels/target.cpp takes the best one that the CPU at hand runs.
# (Highway's own foreach_target compiles all of them in one go: half a minute a file, and libhwy.so at run time.)

if(EMSCRIPTEN)
  set(HINDSIGHT_TARGETS wasm)
  set(hindsight_wasm_flags -msimd128)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(HINDSIGHT_TARGETS avx512 avx2 sse4 CACHE STRING "Instruction sets to compile the vector kernels for, the best first")
  set(hindsight_sse4_flags -msse4.2 -mpclmul -maes)
  set(hindsight_avx2_flags ${hindsight_sse4_flags} -mavx2 -mfma -mbmi -mbmi2 -mf16c)
  set(hindsight_avx512_flags ${hindsight_avx2_flags} -mavx512f -mavx512bw -mavx512cd -mavx512dq -mavx512vl
      -mprefer-vector-width=512)
else()
  set(HINDSIGHT_TARGETS baseline)
  set(hindsight_baseline_flags "")
endif()

# Adds the objects of every target to `floor`'s and the list of them (generated/targets.cpp).
function(hindsight_add_targets floor)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/kernels/vector/*.cpp)
  # Its blocks are small, and gain 1 to 3 percent; for all kernels it would take 68 kB, and the others gain nothing.
  set_source_files_properties(${PROJECT_SOURCE_DIR}/src/kernels/vector/narrow.cpp PROPERTIES
    COMPILE_OPTIONS "$<$<CONFIG:Release,RelWithDebInfo>:-O3>")
  set(declarations "")
  set(entries "")
  foreach(target ${HINDSIGHT_TARGETS})
    add_library(hindsight_${floor}_${target} OBJECT ${sources})
    set_target_properties(hindsight_${floor}_${target} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_EXTENSIONS OFF
      HINDSIGHT_FEWER_CHECKS ON)
    target_link_libraries(hindsight_${floor}_${target} PRIVATE hindsight_settings)
    target_compile_definitions(hindsight_${floor}_${target} PRIVATE HINDSIGHT_TARGET=${target} HWY_COMPILE_ONLY_STATIC)
    # Function-local statics would call into code compiled for this target alone.
    target_compile_options(hindsight_${floor}_${target} PRIVATE ${hindsight_${target}_flags}
      "$<$<CONFIG:Release,RelWithDebInfo>:${hindsight_fast_flags}>" -fno-math-errno -fno-trapping-math)
    # Kernels throw nothing and call nothing that does: the tables that exceptions need would take 40 kB.
    target_compile_options(hindsight_${floor}_${target} PRIVATE
      "$<$<CONFIG:Release>:-fno-exceptions;-fno-unwind-tables;-fno-asynchronous-unwind-tables>")
    string(APPEND declarations "namespace ${target} {\nextern const TargetKernels all;\n}\n")
    string(APPEND entries "    {\"${target}\", &${target}::all},\n")
    set_property(GLOBAL APPEND PROPERTY HINDSIGHT_OBJECTS $<TARGET_OBJECTS:hindsight_${floor}_${target}>)
  endforeach()
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/targets.cpp CONTENT [[
// Written by cmake/Targets.cmake: the instruction sets that the kernels were compiled for, the best first.
#include "kernels/target.hpp"

namespace hindsight::kernels {
@declarations@
std::span<const Target> compiled_targets() {
  static constexpr Target targets[] = {
@entries@  };
  return targets;
}

}  // namespace hindsight::kernels
]] @ONLY)
  target_sources(hindsight_${floor}_fast PRIVATE ${PROJECT_BINARY_DIR}/generated/targets.cpp)
endfunction()
